import type { CircuitPolicy } from '../delivery/circuit.ts'

/** How the broker is called about sessions. */
export interface SessionPolicy {
  /** Sessions that are tended at the same time in this process. */
  readonly lanes: number
  readonly claimMax: number
  /** How long one session may take. */
  readonly taskMs: number
  /** Longer than a claim waits for its turn and takes then. */
  readonly leaseMs: number
  /** A broker may not know a client yet that has just connected. */
  readonly absentFirstMs: number
  readonly retryFirstMs: number
  readonly retryMaxMs: number
}

export const SESSION_POLICY: Omit<SessionPolicy, 'lanes'> = {
  claimMax: 64,
  taskMs: 10_000,
  leaseMs: 20_000,
  absentFirstMs: 100,
  retryFirstMs: 1_000,
  retryMaxMs: 60_000,
}

/** Calls that fail come in masses where the broker is away, so a few are enough to wait for it. */
export const BROKER_CIRCUIT: CircuitPolicy = {
  windowMs: 10_000,
  failuresMin: 5,
  failureShare: 0.9,
  probeFirstMs: 1_000,
  probeMaxMs: 15_000,
}

/** Its circuit's name: no provider can have it. */
export const BROKER = '@broker'

/** Twice as long each time. */
export function retryMs(firstMs: number, attempts: number, { retryMaxMs }: SessionPolicy): number {
  return Math.min(firstMs * 2 ** Math.min(attempts, 20), retryMaxMs)
}
