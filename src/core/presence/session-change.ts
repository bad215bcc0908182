import type { PresenceState } from './presence-state.ts'
import { sessionSince } from './session-since.ts'

/**
 * What events have said about a device's session. `fresh`: it began with the newest connection, and
 * with nothing in it. `new`: it is another one, as far as one can tell. `resumed`: the one that was
 * there, by a connection that had not been heard of.
 */
export type SessionChange = 'none' | 'resumed' | 'new' | 'fresh'

export function sessionChange(before: PresenceState, after: PresenceState): SessionChange {
  const [newest] = after.sessions
  if (newest === undefined) return 'none'
  const since = sessionSince(after)
  // That a session's beginning is forgotten makes it no younger.
  const isKnown = before.sessions.some(({ connectedAt }) => connectedAt === since)
  if (isKnown) return newest.connectedAt === before.sessions[0]?.connectedAt ? 'none' : 'resumed'
  return newest.cleanStart === true && newest.connectedAt === since ? 'fresh' : 'new'
}
