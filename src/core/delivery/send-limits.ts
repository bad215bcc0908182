/** How much may be sent through one provider; undefined where there is no limit. */
export interface SendLimits {
  /** Calls that one process starts: the only one that is not counted across replicas. */
  readonly perSecond: number | undefined
  /** In an hour of the clock. */
  readonly perAddressPerHour: number | undefined
  /** In a day of UTC. */
  readonly perUserPerDay: number | undefined
  readonly perDay: number | undefined
}

export const NO_LIMITS: SendLimits = {
  perSecond: undefined,
  perAddressPerHour: undefined,
  perUserPerDay: undefined,
  perDay: undefined,
}

/** Why a delivery waits for the next hour or day, or is withdrawn where it would have expired by then. */
export const LIMIT_REASONS = {
  'address-limit': 'the address has had as many this hour as its provider may send',
  'user-limit': 'the user has had as many today as the provider may send',
  'provider-limit': 'the provider has sent as many today as it may',
} as const

export type LimitReason = keyof typeof LIMIT_REASONS
