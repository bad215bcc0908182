import type { PresenceState, SessionMarks } from './presence-state.ts'

/**
 * The time such that no session which is older can be alive; where that is not known (EMQX 4 doesn't
 * say), when the newest connection was made. It errs towards a younger session: one that is taken for
 * older than it is would silence a phone for a message that this device never gets.
 */
export function sessionSince({
  sessions,
  ends,
}: Pick<PresenceState, 'sessions' | 'ends'>): number | undefined {
  for (const [index, session] of sessions.entries()) {
    const previous = sessions[index + 1]
    if (previous === undefined || isNewSession(session, previous, ends)) return session.connectedAt
  }
  return undefined
}

function isNewSession(
  { cleanStart, connectedAt }: SessionMarks,
  previous: SessionMarks,
  ends: readonly number[],
): boolean {
  if (cleanStart !== false) return true
  if (previous.expirySeconds === undefined || previous.expirySeconds === 0) return true
  // The first is the latest. A connection has ended no later than the next one was made.
  const end = ends.find((at) => at <= connectedAt) ?? -Infinity
  const aliveAt = Math.max(previous.connectedAt, previous.endedAt ?? -Infinity, end)
  return connectedAt - aliveAt > previous.expirySeconds * 1000
}
