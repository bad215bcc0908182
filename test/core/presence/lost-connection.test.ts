import { describe, expect, it } from 'vitest'
import { findLostConnection } from '../../../src/core/presence/lost-connection.ts'
import { mergePresence, type PresenceEvent } from '../../../src/core/presence/merge-presence.ts'
import { NO_PRESENCE } from '../../../src/core/presence/presence-state.ts'
import { summarisePresence } from '../../../src/core/presence/presence-summary.ts'
import { aConnected, aDisconnected } from '../../support/presence-events.ts'

/** What `events` lose for a device that `before` is known of. */
function lostBy(before: readonly PresenceEvent[], events: readonly PresenceEvent[]) {
  const none = new Map<string, number>()
  const state = mergePresence(NO_PRESENCE, before)
  const wasOnline = summarisePresence(state, none).status === 'online'
  return findLostConnection(
    wasOnline,
    summarisePresence(mergePresence(state, events), none),
    events,
  )
}

const LOST = {
  clientId: 'phone',
  uid: 'ann',
  disconnectedAt: 61_000,
  keepaliveSeconds: 60,
  reason: 'tcp_closed',
}
const newer = { peername: '10.0.0.1:2000', connectedAt: 2000 }

describe('a lost connection', () => {
  it('is the last one of a device, and ended without a goodbye', () => {
    expect(lostBy([aConnected()], [aDisconnected()])).toEqual(LOST)
  })

  it('is found where a takeover was heard of along with it', () => {
    const taken = aDisconnected({ reason: 'takenover', disconnectedAt: 99_000 })
    const ended = aDisconnected({ ...newer, disconnectedAt: 61_000 })

    expect(lostBy([aConnected()], [ended, taken, aConnected(newer)])).toEqual(LOST)
  })

  it.each([
    ['a goodbye', [aConnected()], [aDisconnected({ reason: 'normal' })]],
    ['a takeover', [aConnected()], [aDisconnected({ reason: 'takenover' })]],
    ['an older connection', [aConnected(), aConnected(newer)], [aDisconnected()]],
    ['an end that is reported again', [aConnected(), aDisconnected()], [aDisconnected()]],
    ['a device that is back already', [aConnected()], [aDisconnected(), aConnected(newer)]],
  ])('is not %s', (_, before, events) => {
    expect(lostBy(before, events)).toBeUndefined()
  })
})
