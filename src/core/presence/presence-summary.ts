import { type ConnectionMarks, greatest, type PresenceState } from './presence-state.ts'
import { sessionSince } from './session-since.ts'

/** `unknown`: its connections are those of a node that is gone. For notifications, that is offline. */
export type PresenceStatus = 'online' | 'unknown' | 'offline'

/** What a state means. Times are milliseconds since 1970. */
export interface PresenceSummary {
  readonly status: PresenceStatus
  /** Of the newest connection, as are the five below. */
  readonly node: string | undefined
  readonly connectedAt: number | undefined
  readonly cleanStart: boolean | undefined
  readonly expirySeconds: number | undefined
  readonly keepaliveSeconds: number | undefined
  /** No session that is older can be alive. */
  readonly sessionSince: number | undefined
  /** When a connection last ended, unless it was taken over. */
  readonly disconnectedAt: number | undefined
  /** When the device last came or went. */
  readonly lastSeenAt: number | undefined
}

/** By node, when it went. */
export type GoneNodes = ReadonlyMap<string, number>

export function summarisePresence(state: PresenceState, goneNodes: GoneNodes): PresenceSummary {
  const [newest] = state.sessions
  return {
    status: statusOf(state.connections, goneNodes),
    node: nodeOf(state.connections, newest?.connectedAt),
    connectedAt: newest?.connectedAt,
    cleanStart: newest?.cleanStart,
    expirySeconds: newest?.expirySeconds,
    keepaliveSeconds: newest?.keepaliveSeconds,
    sessionSince: sessionSince(state),
    disconnectedAt: state.endedAt,
    lastSeenAt: greatest(newest?.connectedAt, state.endedAt),
  }
}

function statusOf(connections: readonly ConnectionMarks[], goneNodes: GoneNodes): PresenceStatus {
  const open = connections.filter((marks) => isOpen(marks, connections))
  if (open.length === 0) return 'offline'
  return open.some((marks) => !isGone(marks, goneNodes)) ? 'online' : 'unknown'
}

/** What is superseded has been forgotten, so a connection whose time is known is open unless it ended. */
function isOpen(marks: ConnectionMarks, all: readonly ConnectionMarks[]): boolean {
  const { connectedAt, closedThrough = -Infinity, yieldedThrough = -Infinity } = marks
  if (connectedAt === undefined || connectedAt <= closedThrough) return false
  return connectedAt > yieldedThrough || !hasSuccessor(marks, connectedAt, all)
}

/**
 * Whether the connection that took this one over is known: then that one tells whether the device is
 * online. Until then the device is, because a connection is taken over by another.
 */
function hasSuccessor(
  marks: ConnectionMarks,
  connectedAt: number,
  all: readonly ConnectionMarks[],
): boolean {
  return all.some(
    (other) =>
      other !== marks &&
      (greatest(other.connectedAt, other.closedThrough) ?? -Infinity) >= connectedAt,
  )
}

function isGone({ node, connectedAt }: ConnectionMarks, goneNodes: GoneNodes): boolean {
  const goneAt = goneNodes.get(node)
  return goneAt !== undefined && connectedAt !== undefined && connectedAt <= goneAt
}

function nodeOf(
  connections: readonly ConnectionMarks[],
  newestAt: number | undefined,
): string | undefined {
  return connections.find(({ connectedAt }) => connectedAt === newestAt && newestAt !== undefined)
    ?.node
}
