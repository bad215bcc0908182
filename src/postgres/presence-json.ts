import { NO_PRESENCE, type PresenceState } from '../core/presence/presence-state.ts'

/** A state as `device_presence.connections` holds it: lists without names, for it is written often. */
export type StoredPresence =
  | readonly []
  | readonly [
      connections: readonly StoredConnection[],
      sessions: readonly StoredSession[],
      ends: readonly number[],
      endedAt: Maybe<number>,
    ]

type StoredConnection = readonly [
  node: string,
  peername: string,
  connectedAt: Maybe<number>,
  closedThrough: Maybe<number>,
  yieldedThrough: Maybe<number>,
]

type StoredSession = readonly [
  connectedAt: number,
  cleanStart: Maybe<boolean>,
  expirySeconds: Maybe<number>,
  keepaliveSeconds: Maybe<number>,
  endedAt: Maybe<number>,
]

type Maybe<Value> = Value | null

export function readPresence(stored: StoredPresence): PresenceState {
  if (stored.length === 0) return NO_PRESENCE
  const [connections, sessions, ends, endedAt] = stored
  return {
    connections: connections.map(([node, peername, connectedAt, closed, yielded]) => ({
      node,
      peername,
      connectedAt: connectedAt ?? undefined,
      closedThrough: closed ?? undefined,
      yieldedThrough: yielded ?? undefined,
    })),
    sessions: sessions.map(([connectedAt, cleanStart, expiry, keepalive, ended]) => ({
      connectedAt,
      cleanStart: cleanStart ?? undefined,
      expirySeconds: expiry ?? undefined,
      keepaliveSeconds: keepalive ?? undefined,
      endedAt: ended ?? undefined,
    })),
    ends,
    endedAt: endedAt ?? undefined,
  }
}

export function storePresence(state: PresenceState): StoredPresence {
  return [
    state.connections.map((marks) => [
      marks.node,
      marks.peername,
      marks.connectedAt ?? null,
      marks.closedThrough ?? null,
      marks.yieldedThrough ?? null,
    ]),
    state.sessions.map((marks) => [
      marks.connectedAt,
      marks.cleanStart ?? null,
      marks.expirySeconds ?? null,
      marks.keepaliveSeconds ?? null,
      marks.endedAt ?? null,
    ]),
    state.ends,
    state.endedAt ?? null,
  ]
}
