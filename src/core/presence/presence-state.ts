/**
 * What is remembered of a device's connections: a join-semilattice, in that every part is the greatest
 * or least of what events have said. So the state follows from the set of events, whatever their order
 * and however often each comes, and `forget` keeps it small without changing that.
 */
export interface PresenceState {
  /** By node and peername. */
  readonly connections: readonly ConnectionMarks[]
  /** The newest connections by the time they were made, newest first. */
  readonly sessions: readonly SessionMarks[]
  /** When connections ended of which the broker didn't say which, latest first. */
  readonly ends: readonly number[]
  /** When a connection last ended that was not taken over. */
  readonly endedAt: number | undefined
}

/** All times are the greatest known, in milliseconds since 1970 by the node's clock. */
export interface ConnectionMarks {
  readonly node: string
  /** Empty where the broker knows no port (EMQX 4), so that connections can't be told apart by it. */
  readonly peername: string
  readonly connectedAt: number | undefined
  /** Connections made until then have ended. */
  readonly closedThrough: number | undefined
  /** Connections made until then were taken over by a newer one, which may not have been heard of. */
  readonly yieldedThrough: number | undefined
}

/** What a connection says about the session it uses. */
export interface SessionMarks {
  readonly connectedAt: number
  readonly cleanStart: boolean | undefined
  readonly expirySeconds: number | undefined
  readonly keepaliveSeconds: number | undefined
  readonly endedAt: number | undefined
}

export const NO_PRESENCE: PresenceState = {
  connections: [],
  sessions: [],
  ends: [],
  endedAt: undefined,
}

/** The greater of two of which either may be unknown. */
export function greatest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b
  return b === undefined || a > b ? a : b
}
