import type { CountedSend, LimitScope, SendCountStore } from '../ports/send-count-store.ts'
import type { ClaimedDelivery } from './claimed-delivery.ts'
import type { LimitReason, SendLimits } from './send-limits.ts'
import type { SendOutcome } from './send-outcome.ts'

/** What the limits of a provider leave of a claim. */
export interface SendBudget {
  /** Why a delivery may not be sent now, and when it may. */
  denial(delivery: ClaimedDelivery): Denial | undefined
  /** Notes that the provider may have taken it. */
  spend(delivery: ClaimedDelivery): void
  /** Gives back what was not spent. Does not throw: what stays counted is too much, not too little. */
  close(): Promise<void>
}

export interface Denial {
  readonly reason: LimitReason
  readonly until: number
}

export interface BudgetParts {
  readonly counts: SendCountStore
  readonly provider: string
  readonly limits: SendLimits
  readonly atMs: number
  readonly onFault: (error: unknown) => void
}

/** Where nothing is counted nobody is asked. */
export const NO_BUDGET: SendBudget = {
  denial: () => undefined,
  spend() {},
  close: async () => {},
}

export function isCounted({ perAddressPerHour, perUserPerDay, perDay }: SendLimits): boolean {
  return [perAddressPerHour, perUserPerDay, perDay].some((limit) => limit !== undefined)
}

/** Counts `deliveries`, those of a claim that are to be sent. */
export async function takeBudget(
  { counts, provider, limits, atMs, onFault }: BudgetParts,
  deliveries: readonly ClaimedDelivery[],
): Promise<SendBudget> {
  if (deliveries.length === 0) return NO_BUDGET
  const sends = deliveries.map(sendOf)
  const denials = new Map<ClaimedDelivery, Denial>()
  for (const { index, by } of await counts.take({ provider, limits, atMs, sends })) {
    const delivery = deliveries[index]
    if (delivery !== undefined) denials.set(delivery, denialOf(by, atMs))
  }
  const unspent = new Set(deliveries.filter((delivery) => !denials.has(delivery)))
  return {
    denial: (delivery) => denials.get(delivery),
    spend: (delivery) => void unspent.delete(delivery),
    async close() {
      if (unspent.size === 0) return
      try {
        await counts.giveBack({ provider, atMs, sends: [...unspent].map(sendOf) })
      } catch (error) {
        onFault(error)
      }
    },
  }
}

/**
 * Whether the provider may have taken it. What it refused has cost nothing; where it has not answered
 * in time, nobody knows.
 */
export function isSpent({ kind }: SendOutcome, durationMs: number, timeoutMs: number): boolean {
  return kind === 'accepted' || durationMs >= timeoutMs
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

function denialOf(by: LimitScope, atMs: number): Denial {
  const windowMs = by === 'address' ? HOUR_MS : DAY_MS
  return { reason: `${by}-limit`, until: (Math.floor(atMs / windowMs) + 1) * windowMs }
}

function sendOf({ addressId, parcel }: ClaimedDelivery): CountedSend {
  return { addressId, uid: parcel?.address.uid ?? '' }
}
