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
