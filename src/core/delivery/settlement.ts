import type { DeliveryOutcome } from '../ports/delivery-ports.ts'
import type { ClaimedDelivery, Settlement } from './claimed-delivery.ts'
import { nextStep, type RetryPolicy } from './next-step.ts'
import type { Recheck } from './recheck.ts'
import type { Denial } from './send-budget.ts'
import type { SendOutcome } from './send-outcome.ts'

/** A settlement and what it is counted as. */
export interface Settled {
  readonly settlement: Settlement
  readonly counted: DeliveryOutcome
}

/** Of a delivery that is not wanted any more. */
export function settleUnwanted(
  delivery: ClaimedDelivery,
  verdict: Exclude<Recheck, { readonly kind: 'send' }>,
  endedAt: number,
): Settled {
  const reason = verdict.kind === 'withdrawn' ? verdict.reason : undefined
  const settlement = { ...blank(delivery, endedAt), state: verdict.kind, reason }
  return { settlement: { ...settlement, attempt: delivery.attempt - 1 }, counted: verdict.kind }
}

/** Of a delivery that was claimed more often than it may be tried: its worker dies, time and again. */
export function settleUsedUp(delivery: ClaimedDelivery, endedAt: number): Settled {
  const settlement = {
    ...blank(delivery, endedAt),
    state: 'failed',
    reason: 'attempts used up',
  } as const
  return { settlement, counted: 'failed' }
}

/** Of a delivery that was claimed and not tried. */
export function settleReleased(delivery: ClaimedDelivery, endedAt: number): Settled {
  const settlement = { ...blank(delivery, endedAt), state: 'queued' } as const
  return { settlement: { ...settlement, attempt: delivery.attempt - 1 }, counted: 'released' }
}

/** Of a delivery for which the limits of its provider have no room: it waits for it, if it lives so long. */
export function settleDenied(
  delivery: ClaimedDelivery,
  { reason, until }: Denial,
  endedAt: number,
): Settled {
  const settlement = { ...blank(delivery, endedAt), reason, attempt: delivery.attempt - 1 }
  if (until >= delivery.facts.expiresAt) {
    return { settlement: { ...settlement, state: 'withdrawn' }, counted: 'withdrawn' }
  }
  return { settlement: { ...settlement, state: 'queued', dueAt: until }, counted: 'deferred' }
}

/** Of a delivery that a provider has answered. */
export function settleOutcome(
  delivery: ClaimedDelivery,
  outcome: SendOutcome,
  policy: RetryPolicy,
  random: () => number,
  endedAt: number,
): Settled {
  const { attempt, facts } = delivery
  const ages = { ageMs: endedAt - facts.decidedAt, leftMs: facts.expiresAt - endedAt }
  const step = nextStep(outcome, { number: attempt, ...ages }, policy, random)
  const base = { ...blank(delivery, endedAt), ...wordsOf(outcome, attempt) }
  switch (step.kind) {
    case 'finish':
      return {
        settlement: { ...base, state: step.state, marksUse: marksUse(delivery, outcome) },
        counted: step.state,
      }
    case 'forget-address': {
      const forget = { goneSince: step.goneSince }
      return { settlement: { ...base, state: 'failed', forget }, counted: 'failed' }
    }
    case 'retry': {
      const dueAt = endedAt + step.afterMs
      return { settlement: { ...base, state: 'queued', dueAt }, counted: 'retried' }
    }
    case 'keep':
      return { settlement: { ...base, state: 'queued', attempt: attempt - 1 }, counted: 'kept' }
  }
}

function marksUse({ isFirstToday }: ClaimedDelivery, { kind }: SendOutcome): boolean {
  return isFirstToday && kind === 'accepted'
}

function wordsOf(
  outcome: SendOutcome,
  attempt: number,
): Pick<Settlement, 'reason' | 'providerId' | 'call'> {
  if (outcome.kind === 'accepted') {
    return { reason: undefined, providerId: outcome.providerId, call: undefined }
  }
  const { kind, reason } = outcome
  return { reason, providerId: undefined, call: { attempt, outcome: kind, reason } }
}

function blank(delivery: ClaimedDelivery, endedAt: number) {
  const { attempt } = delivery
  return {
    key: delivery,
    reason: undefined,
    providerId: undefined,
    attempt,
    dueAt: undefined,
    call: undefined,
    forget: undefined,
    marksUse: false,
    endedAt,
  }
}
