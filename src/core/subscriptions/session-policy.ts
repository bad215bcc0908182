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

/** The name of the circuit of the broker's API: no provider can have it. */
export const BROKER = '@broker'

/** Twice as long each time. */
export function retryMs(firstMs: number, attempts: number, { retryMaxMs }: SessionPolicy): number {
  return Math.min(firstMs * 2 ** Math.min(attempts, 20), retryMaxMs)
}
