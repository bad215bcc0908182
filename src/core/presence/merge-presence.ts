import type { ConnectedEvent, DisconnectedEvent } from '../events/broker-event.ts'
import { isTakeover } from './disconnect-reason.ts'
import { forget } from './forget.ts'
import {
  type ConnectionMarks,
  greatest,
  type PresenceState,
  type SessionMarks,
} from './presence-state.ts'

export type PresenceEvent = ConnectedEvent | DisconnectedEvent

/** The state after `events` of one device: the same for the same set of events, in any order. */
export function mergePresence(
  state: PresenceState,
  events: readonly PresenceEvent[],
): PresenceState {
  const connections = new Map(state.connections.map((marks) => [keyOf(marks), marks]))
  const sessions = new Map(state.sessions.map((marks) => [marks.connectedAt, marks]))
  const ends = new Set(state.ends)
  let { endedAt } = state
  for (const event of events) {
    const connection = connectionMarksOf(event)
    const key = keyOf(connection)
    connections.set(key, joinConnections(connection, connections.get(key)))
    const session = sessionMarksOf(event)
    if (session !== undefined) {
      sessions.set(session.connectedAt, joinSessions(session, sessions.get(session.connectedAt)))
    }
    if (event.kind === 'connected') continue
    if (event.connectedAt === undefined) ends.add(event.disconnectedAt)
    if (!isTakeover(event.reason)) endedAt = greatest(endedAt, event.disconnectedAt)
  }
  return forget({
    connections: [...connections.values()],
    sessions: [...sessions.values()],
    ends: [...ends],
    endedAt,
  })
}

function keyOf({ node, peername }: { readonly node: string; readonly peername: string }): string {
  return `${node}\n${peername}`
}

function connectionMarksOf(event: PresenceEvent): ConnectionMarks {
  const { generation, node, connectedAt } = event
  // EMQX 4 names an address at connect, and none at disconnect: its connections are one after another.
  const peername = generation === 'emqx4' ? '' : event.peername
  const marks = { node, peername, connectedAt, closedThrough: undefined, yieldedThrough: undefined }
  if (event.kind === 'connected') return marks
  // A peername is one connection after another: what it was until then has ended.
  const through = connectedAt ?? event.disconnectedAt
  return isTakeover(event.reason)
    ? { ...marks, yieldedThrough: through }
    : { ...marks, closedThrough: through }
}

function joinConnections(a: ConnectionMarks, b: ConnectionMarks | undefined): ConnectionMarks {
  if (b === undefined) return a
  return {
    node: a.node,
    peername: a.peername,
    connectedAt: greatest(a.connectedAt, b.connectedAt),
    closedThrough: greatest(a.closedThrough, b.closedThrough),
    yieldedThrough: greatest(a.yieldedThrough, b.yieldedThrough),
  }
}

/** A disconnect is evidence of the connection that it names. */
function sessionMarksOf(event: PresenceEvent): SessionMarks | undefined {
  if (event.kind === 'connected') {
    const { connectedAt, cleanStart, expirySeconds, keepaliveSeconds } = event
    return { connectedAt, cleanStart, expirySeconds, keepaliveSeconds, endedAt: undefined }
  }
  if (event.connectedAt === undefined) return undefined
  return {
    connectedAt: event.connectedAt,
    cleanStart: undefined,
    expirySeconds: undefined,
    keepaliveSeconds: undefined,
    endedAt: event.disconnectedAt,
  }
}

/** Of two connections made in the same millisecond, the session that promises less. */
function joinSessions(a: SessionMarks, b: SessionMarks | undefined): SessionMarks {
  if (b === undefined) return a
  return {
    connectedAt: a.connectedAt,
    cleanStart:
      a.cleanStart === true || b.cleanStart === true ? true : (a.cleanStart ?? b.cleanStart),
    expirySeconds: least(a.expirySeconds, b.expirySeconds),
    keepaliveSeconds: greatest(a.keepaliveSeconds, b.keepaliveSeconds),
    endedAt: greatest(a.endedAt, b.endedAt),
  }
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b
  return b === undefined || a < b ? a : b
}
