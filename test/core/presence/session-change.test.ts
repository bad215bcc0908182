import { describe, expect, it } from 'vitest'
import { mergePresence, type PresenceEvent } from '../../../src/core/presence/merge-presence.ts'
import { NO_PRESENCE } from '../../../src/core/presence/presence-state.ts'
import { sessionChange } from '../../../src/core/presence/session-change.ts'

const T0 = 1_795_460_000_000

function connected(second: number, cleanStart: boolean | undefined = false): PresenceEvent {
  return {
    kind: 'connected',
    generation: 'emqx5',
    clientId: 'phone',
    username: 'ann',
    node: 'n1',
    peername: `192.0.2.1:${second}`,
    connectedAt: T0 + second * 1_000,
    cleanStart,
    expirySeconds: 3_600,
    keepaliveSeconds: 60,
  }
}

function changeBy(before: readonly PresenceEvent[], ...events: readonly PresenceEvent[]) {
  const known = mergePresence(NO_PRESENCE, before)
  return sessionChange(known, mergePresence(known, events))
}

describe('what events say about a session', () => {
  it('is nothing where no connection was heard of', () => {
    expect(changeBy([])).toBe('none')
    expect(changeBy([connected(1)], connected(1))).toBe('none')
  })

  it('is that it began, with nothing in it, at a clean start', () => {
    expect(changeBy([], connected(1, true))).toBe('fresh')
    expect(changeBy([connected(1)], connected(2, true))).toBe('fresh')
  })

  it('is that it may be any, where the first connection known did not start clean', () => {
    expect(changeBy([], connected(1))).toBe('new')
    expect(changeBy([], connected(1, undefined))).toBe('new')
  })

  it('is that it was resumed', () => {
    expect(changeBy([connected(1, true)], connected(2))).toBe('resumed')
  })

  it('is that it was resumed, also where its beginning is forgotten', () => {
    const many = [connected(1, true), ...[2, 3, 4, 5, 6].map((second) => connected(second))]

    expect(changeBy(many, connected(7))).toBe('resumed')
  })

  it('is that it is another one, once its expiry has passed', () => {
    expect(changeBy([connected(1, true)], connected(4_000))).toBe('new')
  })

  it('is that it is another one, where a clean start is heard of late', () => {
    expect(changeBy([connected(1, true), connected(3)], connected(2, true))).toBe('new')
  })
})
