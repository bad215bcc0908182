import type { CircuitPolicy } from './circuit.ts'
import type { RetryPolicy } from './next-step.ts'
import type { RecheckPolicy } from './recheck.ts'

/** What an installation decides about sending. */
export interface DeliveryPolicy {
  readonly recheck: RecheckPolicy
  readonly retry: RetryPolicy
  readonly circuit: CircuitPolicy
  readonly work: WorkPolicy
}

export interface WorkPolicy {
  /** Deliveries that are claimed at once. */
  readonly claimMax: number
  /** Claims of one provider that this process works off at the same time. */
  readonly drainsMax: number
  /** Calls to the provider under way, for each claim. */
  readonly sendsMax: number
  readonly sendTimeoutMs: number
  /** How long a claim holds without being renewed: longer than a call may take. */
  readonly leaseMs: number
  /** How long the outcome of a call may wait for others before it is written. */
  readonly flushMs: number
}

export const RETRY_POLICY: RetryPolicy = {
  attemptsMax: 8,
  ageMaxMs: 24 * 3_600_000,
  backoffFirstMs: 2_000,
  backoffMaxMs: 600_000,
  retryAfterMaxMs: 3_600_000,
}

export const CIRCUIT_POLICY: CircuitPolicy = {
  windowMs: 30_000,
  failuresMin: 50,
  failureShare: 0.9,
  probeFirstMs: 10_000,
  probeMaxMs: 300_000,
}

export const WORK_POLICY: WorkPolicy = {
  claimMax: 500,
  drainsMax: 2,
  sendsMax: 100,
  sendTimeoutMs: 8_000,
  leaseMs: 20_000,
  flushMs: 100,
}
