import type { SendOutcome } from './send-outcome.ts'

/** When a provider is no longer called, and when it is tried again. */
export interface CircuitPolicy {
  /** Outcomes are counted over this time. */
  readonly windowMs: number
  /** So many of them have to be failures … */
  readonly failuresMin: number
  /** … and so large a share of all, from 0 to 1. */
  readonly failureShare: number
  readonly probeFirstMs: number
  readonly probeMaxMs: number
}

/** What a worker has seen of a provider lately. */
export interface ProviderHealth {
  readonly since: number
  readonly outcomes: number
  readonly failures: number
}

export const UNKNOWN_HEALTH: ProviderHealth = { since: 0, outcomes: 0, failures: 0 }

/** `opens` says why the circuit opens, where it does. */
export interface HealthNote {
  readonly health: ProviderHealth
  readonly opens: string | undefined
}

/** Takes an outcome into account. */
export function noteOutcome(
  health: ProviderHealth,
  outcome: SendOutcome,
  policy: CircuitPolicy,
  nowMs: number,
): HealthNote {
  const isFresh = nowMs - health.since < policy.windowMs
  const { since, outcomes, failures } = isFresh ? health : { ...UNKNOWN_HEALTH, since: nowMs }
  const isFailure = outcome.kind === 'unavailable' || outcome.kind === 'misconfigured'
  const noted = { since, outcomes: outcomes + 1, failures: failures + (isFailure ? 1 : 0) }
  return { health: noted, opens: opening(noted, outcome, policy) }
}

function opening(
  { outcomes, failures }: ProviderHealth,
  outcome: SendOutcome,
  policy: CircuitPolicy,
): string | undefined {
  switch (outcome.kind) {
    case 'misconfigured':
      return `misconfigured: ${outcome.reason}`
    case 'unavailable': {
      const isMass = failures >= policy.failuresMin && failures >= outcomes * policy.failureShare
      return isMass ? `${failures} of ${outcomes} failed: ${outcome.reason}` : undefined
    }
    case 'accepted':
    case 'address-gone':
    case 'rejected':
      return undefined
  }
}

/** Whether the provider does its work: also where it says no to what it was asked. */
export function closesCircuit({ kind }: SendOutcome): boolean {
  return kind === 'accepted' || kind === 'address-gone' || kind === 'rejected'
}

/** The longer a circuit has been open, the longer until it is tried again. */
export function nextProbeAt(openedAt: number, nowMs: number, policy: CircuitPolicy): number {
  const openForMs = nowMs - openedAt
  return nowMs + Math.min(policy.probeMaxMs, Math.max(policy.probeFirstMs, openForMs))
}
