import type { ConnectionMarks, PresenceState, SessionMarks } from './presence-state.ts'

/**
 * How far the clocks of two nodes may be apart. A connection that is newer by more than this supersedes
 * another node's too: whoever uses the client id has left there, whether or not we were told.
 */
export const CLOCKS_APART_MAX_MS = 300_000

/** How many connections are looked at for the age of a session. An older session counts as no older. */
export const SESSIONS_MAX = 4
const ENDS_MAX = 2 * SESSIONS_MAX

/**
 * Drops what can't matter any more, whatever else is still to come, and puts the rest in order.
 *
 * What is dropped lies below a bound that later events only raise. So it makes no difference whether
 * something is dropped early, late, or again.
 */
export function forget(state: PresenceState): PresenceState {
  const sessions = newestSessions(state.sessions)
  return {
    connections: undominated(state.connections),
    sessions,
    ends: latestEnds(state.ends, sessions),
    endedAt: state.endedAt,
  }
}

/** A time before the newest connection of its node says nothing that this connection doesn't. */
function undominated(all: readonly ConnectionMarks[]): readonly ConnectionMarks[] {
  const newest = new Map<string, number>()
  let newestAnywhere = -Infinity
  for (const { node, connectedAt = -Infinity } of all) {
    newest.set(node, Math.max(connectedAt, newest.get(node) ?? -Infinity))
    newestAnywhere = Math.max(connectedAt, newestAnywhere)
  }
  const kept: ConnectionMarks[] = []
  for (const { node, peername, ...times } of all) {
    // EMQX 4 says nothing at a takeover, so there every newer connection supersedes at once.
    const apartMs = peername === '' ? 0 : CLOCKS_APART_MAX_MS
    const bound = Math.max(newest.get(node) ?? -Infinity, newestAnywhere - apartMs)
    const connectedAt = notBefore(bound, times.connectedAt)
    const closedThrough = notBefore(bound, times.closedThrough)
    const yieldedThrough = notBefore(bound, times.yieldedThrough)
    if ((connectedAt ?? closedThrough ?? yieldedThrough) === undefined) continue
    kept.push({ node, peername, connectedAt, closedThrough, yieldedThrough })
  }
  return kept.sort(byName)
}

function notBefore(bound: number, time: number | undefined): number | undefined {
  return time !== undefined && time >= bound ? time : undefined
}

function byName(a: ConnectionMarks, b: ConnectionMarks): number {
  if (a.node !== b.node) return a.node < b.node ? -1 : 1
  return a.peername < b.peername ? -1 : 1
}

/** No session outlives a clean start. */
function newestSessions(all: readonly SessionMarks[]): readonly SessionMarks[] {
  const sorted = all.toSorted((a, b) => b.connectedAt - a.connectedAt)
  const clean = sorted.findIndex(({ cleanStart }) => cleanStart === true)
  return sorted.slice(0, clean === -1 ? SESSIONS_MAX : Math.min(clean + 1, SESSIONS_MAX))
}

/** Ends matter between the connections that are remembered. */
function latestEnds(ends: readonly number[], sessions: readonly SessionMarks[]): readonly number[] {
  const oldest = sessions.at(-1)
  const isOldestForGood = oldest?.cleanStart === true || sessions.length === SESSIONS_MAX
  const bound = isOldestForGood ? (oldest?.connectedAt ?? -Infinity) : -Infinity
  return ends
    .filter((end) => end > bound)
    .sort((a, b) => b - a)
    .slice(0, ENDS_MAX)
}
