import { describe, expect, it } from 'vitest'
import { CLOCKS_APART_MAX_MS } from '../../../src/core/presence/forget.ts'
import { mergePresence, type PresenceEvent } from '../../../src/core/presence/merge-presence.ts'
import { NO_PRESENCE } from '../../../src/core/presence/presence-state.ts'
import { summarisePresence } from '../../../src/core/presence/presence-summary.ts'
import { aConnected, aDisconnected } from '../../support/presence-events.ts'

const NONE_GONE = new Map<string, number>()

function summaryOf(...events: readonly PresenceEvent[]) {
  return summarisePresence(mergePresence(NO_PRESENCE, events), NONE_GONE)
}

function statusAfter(...events: readonly PresenceEvent[]) {
  return summaryOf(...events).status
}

const first = { peername: '10.0.0.1:1000', connectedAt: 1000 }
const second = { peername: '10.0.0.1:2000', connectedAt: 2000 }

describe('a device', () => {
  it('is offline before anything is known of it', () => {
    expect(statusAfter()).toBe('offline')
  })

  it('is online while its connection is open, and offline when that has ended', () => {
    expect(statusAfter(aConnected())).toBe('online')
    expect(statusAfter(aConnected(), aDisconnected())).toBe('offline')
  })

  it('is offline if the disconnect comes first', () => {
    expect(statusAfter(aDisconnected(), aConnected())).toBe('offline')
  })

  it('stays online when an older connection of its ends late', () => {
    const late = aDisconnected({ ...first, disconnectedAt: 90_000 })

    expect(statusAfter(aConnected(first), aConnected(second), late)).toBe('online')
  })

  it('is offline when its newest connection has ended, whatever became of older ones', () => {
    const ended = aDisconnected({ ...second, disconnectedAt: 3000 })

    expect(statusAfter(aConnected(first), aConnected(second), ended)).toBe('offline')
    expect(statusAfter(aConnected(first), ended)).toBe('offline')
  })

  it('is online while a connection to another node is', () => {
    const elsewhere = { ...second, node: 'n2' }
    const ended = aDisconnected({ ...elsewhere, disconnectedAt: 3000 })

    expect(statusAfter(aConnected(first), aConnected(elsewhere), ended)).toBe('online')
  })

  it('is offline though an older connection to another node was never said to end', () => {
    const later = { node: 'n2', connectedAt: first.connectedAt + CLOCKS_APART_MAX_MS + 1 }
    const ended = aDisconnected({ ...later, disconnectedAt: later.connectedAt + 1 })

    expect(statusAfter(aConnected(first), aConnected(later), ended)).toBe('offline')
  })
})

describe('a takeover', () => {
  it.each(['takenover', 'discarded'])('(%s) alone does not make a device offline', (reason) => {
    const taken = aDisconnected({ ...first, reason, disconnectedAt: 2000 })

    expect(statusAfter(aConnected(first), taken)).toBe('online')
    expect(statusAfter(aConnected(first), taken, aConnected(second))).toBe('online')
  })

  it.each(['n1', 'n2'])('leaves the device to its new connection, here to %s', (node) => {
    const taken = aDisconnected({ ...first, reason: 'takenover', disconnectedAt: 2000 })
    const ended = aDisconnected({ ...second, node, disconnectedAt: 3000 })

    expect(statusAfter(aConnected(first), taken, aConnected({ ...second, node }), ended)).toBe(
      'offline',
    )
    expect(statusAfter(aConnected(first), taken, ended)).toBe('offline')
  })

  it('that EMQX 5.3 reports of an offline session changes nothing', () => {
    const before = summaryOf(aConnected(), aDisconnected({ connectedAt: undefined }))
    const repeated = aDisconnected({
      connectedAt: undefined,
      disconnectedAt: 90_000,
      reason: 'takenover',
    })

    expect(summaryOf(aConnected(), aDisconnected({ connectedAt: undefined }), repeated)).toEqual(
      before,
    )
  })
})

describe('a disconnect that does not name its connection', () => {
  const unnamed = { connectedAt: undefined }

  it('closes what its peername was until then', () => {
    expect(statusAfter(aConnected(), aDisconnected(unnamed))).toBe('offline')
  })

  it('closes neither a later connection of that peername nor one of another', () => {
    const again = aConnected({ connectedAt: 70_000 })

    expect(statusAfter(aConnected(), aDisconnected(unnamed), again)).toBe('online')
    expect(statusAfter(aConnected(second), aDisconnected({ ...first, ...unnamed }))).toBe('online')
  })

  it('tells that another connection was there after the one that was taken over', () => {
    const taken = aDisconnected({ ...first, ...unnamed, reason: 'takenover', disconnectedAt: 2000 })
    const ended = aDisconnected({ ...second, ...unnamed, disconnectedAt: 3000 })

    expect(statusAfter(aConnected(first), taken, ended)).toBe('offline')
  })
})

describe('EMQX 4', () => {
  const old = { generation: 'emqx4', peername: '' } as const

  it('says nothing at a takeover, so a newer connection supersedes on every node', () => {
    const elsewhere = aConnected({ ...old, node: 'n2', connectedAt: 2000 })
    const ended = aDisconnected({ ...old, node: 'n2', connectedAt: 2000, disconnectedAt: 3000 })

    expect(statusAfter(aConnected(old), elsewhere)).toBe('online')
    expect(statusAfter(aConnected(old), elsewhere, ended)).toBe('offline')
  })

  it('names an address when a client connects and none when it leaves', () => {
    const connected = aConnected({ ...old, peername: '10.0.0.1' })

    expect(statusAfter(connected, aDisconnected(old))).toBe('offline')
  })

  it('does not tell sessions, so none is older than its connection', () => {
    const unknown = { ...old, cleanStart: undefined, expirySeconds: undefined }

    const { sessionSince } = summaryOf(
      aConnected(unknown),
      aConnected({ ...unknown, connectedAt: 2000 }),
    )

    expect(sessionSince).toBe(2000)
  })
})

describe('a node that is gone', () => {
  const state = mergePresence(NO_PRESENCE, [aConnected()])

  it('leaves its connections unknown', () => {
    expect(summarisePresence(state, new Map([['n1', 5000]])).status).toBe('unknown')
  })

  it('is back for connections that were made since', () => {
    expect(summarisePresence(state, new Map([['n1', 999]])).status).toBe('online')
  })

  it('matters to no connection of another node, nor to one that has ended', () => {
    const ended = mergePresence(state, [aDisconnected()])

    expect(summarisePresence(state, new Map([['n2', 5000]])).status).toBe('online')
    expect(summarisePresence(ended, new Map([['n1', 5000]])).status).toBe('offline')
  })
})

describe('what is known of a device', () => {
  it('is that of its newest connection, whichever was heard of last', () => {
    const newest = {
      ...second,
      node: 'n2',
      cleanStart: true,
      expirySeconds: 0,
      keepaliveSeconds: 30,
    }

    expect(summaryOf(aConnected(newest), aConnected(first))).toEqual({
      status: 'online',
      node: 'n2',
      connectedAt: 2000,
      cleanStart: true,
      expirySeconds: 0,
      keepaliveSeconds: 30,
      sessionSince: 2000,
      disconnectedAt: undefined,
      lastSeenAt: 2000,
    })
  })

  it('has when it came or went last, takeovers aside', () => {
    const taken = aDisconnected({ ...second, reason: 'takenover', disconnectedAt: 99_000 })

    expect(
      summaryOf(aConnected(first), aDisconnected(first), aConnected(second), taken),
    ).toMatchObject({
      disconnectedAt: 61_000,
      lastSeenAt: 61_000,
    })
  })
})

describe('a session', () => {
  const HOUR_MS = 3_600_000
  const back = { ...second, connectedAt: 61_000 + HOUR_MS }

  it('is as old as the first connection that it has been resumed from since', () => {
    const third = { peername: '10.0.0.1:3000', connectedAt: back.connectedAt + 1 }
    const events = [aConnected(first), aDisconnected(), aConnected(back), aConnected(third)]

    expect(summaryOf(...events).sessionSince).toBe(1000)
  })

  it.each([
    ['a clean start', { cleanStart: true }, {}],
    ['one that did not outlive its connection', {}, { expirySeconds: 0 }],
    ['one that expired meanwhile', {}, { expirySeconds: 3599 }],
    ['one of which too little is known', {}, { expirySeconds: undefined }],
  ])('begins anew after %s', (_, now, before) => {
    const events = [aConnected(before), aDisconnected(), aConnected({ ...back, ...now })]

    expect(summaryOf(...events).sessionSince).toBe(back.connectedAt)
  })

  it('lives on within its expiry, which runs from the end of the connection', () => {
    const before = aConnected({ expirySeconds: 3600 })

    expect(summaryOf(before, aDisconnected(), aConnected(back)).sessionSince).toBe(1000)
    expect(
      summaryOf(before, aDisconnected({ connectedAt: undefined }), aConnected(back)).sessionSince,
    ).toBe(1000)
    expect(summaryOf(before, aConnected(back)).sessionSince).toBe(back.connectedAt)
  })

  it('is not kept alive by the end of a later connection', () => {
    const short = aConnected({ expirySeconds: 3599 })
    const unnamed = { connectedAt: undefined }
    const laterEnd = aDisconnected({
      ...second,
      ...unnamed,
      disconnectedAt: back.connectedAt + 1,
    })

    expect(summaryOf(short, aDisconnected(unnamed), aConnected(back), laterEnd).sessionSince).toBe(
      back.connectedAt,
    )
  })
})
