import type { SendOutcome } from './send-outcome.ts'

export interface RetryPolicy {
  readonly attemptsMax: number
  /** Counted from the decision. */
  readonly ageMaxMs: number
  /** The longest wait after the first attempt; it doubles with each. */
  readonly backoffFirstMs: number
  readonly backoffMaxMs: number
  /** A provider that asks for more is asked again after this. */
  readonly retryAfterMaxMs: number
}

export interface Attempt {
  /** From 1. */
  readonly number: number
  readonly ageMs: number
  /** Until the notification expires. */
  readonly leftMs: number
}

export type NextStep =
  | { readonly kind: 'finish'; readonly state: 'sent' | 'failed' | 'expired' }
  | { readonly kind: 'forget-address'; readonly goneSince: number | undefined }
  | { readonly kind: 'retry'; readonly afterMs: number }
  /** The delivery is not at fault: it waits until the provider can be called, and has lost no attempt. */
  | { readonly kind: 'keep' }

/** Decides what to do after an attempt ended in `outcome`. `random` is from 0 to 1. */
export function nextStep(
  outcome: SendOutcome,
  attempt: Attempt,
  policy: RetryPolicy,
  random: () => number,
): NextStep {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'finish', state: 'sent' }
    case 'address-gone':
      return { kind: 'forget-address', goneSince: outcome.goneSince }
    case 'rejected':
      return { kind: 'finish', state: 'failed' }
    case 'misconfigured':
      return { kind: 'keep' }
    case 'unavailable':
      return retry(waitMs(outcome.retryAfterMs, attempt, policy, random), attempt, policy)
  }
}

function retry(afterMs: number, attempt: Attempt, policy: RetryPolicy): NextStep {
  if (attempt.number >= policy.attemptsMax) return { kind: 'finish', state: 'failed' }
  if (attempt.ageMs + afterMs > policy.ageMaxMs) return { kind: 'finish', state: 'failed' }
  if (afterMs >= attempt.leftMs) return { kind: 'finish', state: 'expired' }
  return { kind: 'retry', afterMs }
}

function waitMs(
  retryAfterMs: number | undefined,
  attempt: Attempt,
  policy: RetryPolicy,
  random: () => number,
): number {
  if (retryAfterMs === undefined) return backoffMs(attempt.number, policy, random)
  return Math.max(1, Math.min(retryAfterMs, policy.retryAfterMaxMs))
}

/** Full jitter: anything between nothing and the bound, so that those who failed together part. */
function backoffMs(number: number, policy: RetryPolicy, random: () => number): number {
  const bound = Math.min(policy.backoffMaxMs, policy.backoffFirstMs * 2 ** (number - 1))
  return Math.max(1, Math.round(random() * bound))
}
