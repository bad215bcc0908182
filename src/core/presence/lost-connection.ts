import { isTakeover, UNSEEN } from './disconnect-reason.ts'
import type { PresenceEvent } from './merge-presence.ts'
import type { PresenceSummary } from './presence-summary.ts'

/** A device's last connection that ended without a goodbye: what it was sent may not have arrived. */
export interface LostConnection {
  readonly clientId: string
  readonly uid: string
  readonly disconnectedAt: number
  /** 0: none, or not known. */
  readonly keepaliveSeconds: number
  /** The broker's word. */
  readonly reason: string
}

/** What `events` of one device have lost, if it was online before them and is not after them. */
export function findLostConnection(
  wasOnline: boolean,
  { status, keepaliveSeconds = 0 }: PresenceSummary,
  events: readonly PresenceEvent[],
): LostConnection | undefined {
  if (!wasOnline || status !== 'offline') return undefined
  let last: LostConnection | undefined
  for (const event of events) {
    if (event.kind === 'connected' || isTakeover(event.reason)) continue
    const { clientId, username: uid, disconnectedAt, reason } = event
    if (last !== undefined && disconnectedAt <= last.disconnectedAt) continue
    const known = reason === UNSEEN ? 0 : keepaliveSeconds
    last = { clientId, uid, disconnectedAt, keepaliveSeconds: known, reason }
  }
  return last?.reason === 'normal' ? undefined : last
}
