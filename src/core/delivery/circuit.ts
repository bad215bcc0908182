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
  readonly accepted: number
  /** Whose addresses it has called gone, perhaps by our own fault, since it last accepted anything. */
  readonly doubted: ReadonlySet<string>
}

const NOBODY: ReadonlySet<string> = new Set()

export const UNKNOWN_HEALTH: ProviderHealth = {
  since: 0,
  outcomes: 0,
  failures: 0,
  accepted: 0,
  doubted: NOBODY,
}

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
  const { since, outcomes, failures, accepted, doubted } = healthAt(health, policy, nowMs)
  const isFailure = outcome.kind === 'unavailable' || outcome.kind === 'misconfigured'
  const isAccepted = outcome.kind === 'accepted'
  const noted = {
    since,
    outcomes: outcomes + 1,
    failures: failures + (isFailure ? 1 : 0),
    accepted: accepted + (isAccepted ? 1 : 0),
    doubted: isAccepted ? NOBODY : doubted,
  }
  return { health: noted, opens: opening(noted, outcome, policy) }
}

/** What counts by now: outcomes of the current window. */
function healthAt(health: ProviderHealth, policy: CircuitPolicy, nowMs: number): ProviderHealth {
  if (nowMs - health.since < policy.windowMs) return health
  return { ...UNKNOWN_HEALTH, since: nowMs }
}

/** `outcome` is what an answer is taken for. */
export interface DoubtNote {
  readonly health: ProviderHealth
  readonly outcome: SendOutcome
}

/**
 * Weighs an address that is said to be gone, which may be our own fault. It is believed while others are
 * accepted. If it is said of one after the other, it is us whom the provider does not know. Until
 * then it is tried again. People are counted, not addresses, so that nobody's many broken ones stop all others.
 */
export function noteDoubt(
  health: ProviderHealth,
  outcome: SendOutcome & { readonly kind: 'address-gone' },
  uid: string,
  policy: CircuitPolicy,
  nowMs: number,
): DoubtNote {
  const current = healthAt(health, policy, nowMs)
  const doubted = new Set(current.doubted).add(uid)
  const noted = { ...current, doubted }
  const { reason } = outcome
  if (doubted.size >= policy.failuresMin) {
    return { health: noted, outcome: ownFault(`${reason} for ${doubted.size} people in a row`) }
  }
  if (current.accepted > 0) return { health: noted, outcome }
  return { health: noted, outcome: { kind: 'unavailable', reason: `${reason}, which is doubted` } }
}

/** What says nothing about the address, but something about us. */
export function ownFault(reason: string): SendOutcome {
  return { kind: 'misconfigured', reason: `${reason}: the fault may be ours` }
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
