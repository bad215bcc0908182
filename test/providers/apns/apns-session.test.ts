import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  APNS_TIMING,
  type ApnsSession,
  type ApnsTiming,
  createApnsSession,
} from '../../../src/providers/apns/apns-session.ts'
import { type ApnsPeer, openApnsPeer } from '../../support/apns-peer.ts'
import { createArrivals } from '../../support/arrivals.ts'
import { openTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'
import { CA_PATH } from '../../support/tls-files.ts'

let peer: ApnsPeer
let proxy: TcpProxy
let session: ApnsSession
beforeEach(async () => {
  peer = await openApnsPeer(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  peer.answers(() => ({ status: 200 }))
  proxy = await openTcpProxy(peer.port)
})
afterEach(async () => {
  await session.close()
  await proxy.close()
  await peer.close()
})

describe('a session', () => {
  it('gives up a connection that is not made in time', async () => {
    session = open({ connectMs: 30 })
    proxy.freeze()

    expect(await post()).toEqual({ kind: 'lost', reason: 'no connection within 30 ms' })
  })

  it('leaves a connection that does not answer pings, unasked', async () => {
    session = open({ pingEveryMs: 20, pingMs: 300 })
    await post()
    proxy.freeze()
    await endings.reached(1)
    proxy.thaw()

    expect(ends).toEqual(['no answer to a ping'])
    expect(await post()).toMatchObject({ kind: 'answered', status: 200 })
    expect(peer.seen.connections).toBe(2)
  })

  it('keeps a connection that answers pings', async () => {
    session = open({ pingEveryMs: 5, pingMs: 1_000 })
    await post()
    const [first] = peer.received
    await pingsAt(first?.session, 3)
    await post()

    expect(ends).toEqual([])
    expect(peer.seen.connections).toBe(1)
  })

  it('doubts a connection on which a call was not answered, and makes another', async () => {
    session = open({ pingMs: 1_000 })
    await post()
    proxy.freeze()
    const caller = new AbortController()
    const given = post(caller.signal)
    caller.abort()
    await given

    // The old connection stays frozen: its ping is still awaited.
    proxy.thawNew()
    expect(await post()).toMatchObject({ kind: 'answered', status: 200 })
    expect(peer.seen.connections).toBe(2)
    expect(ends).toEqual([])
  })

  it('trusts a connection again that answers after all', async () => {
    session = open({ pingMs: 10_000 }, 1)
    await post()
    proxy.freeze()
    const caller = new AbortController()
    const given = post(caller.signal)
    caller.abort()
    await given
    const next = post()
    proxy.thaw()

    expect(await next).toMatchObject({ kind: 'answered', status: 200 })
    expect(peer.seen.connections).toBe(1)
  })

  it('lets no more than 2,000 calls wait', async () => {
    session = open({})
    proxy.freeze()
    const caller = new AbortController()
    const calls = Array.from({ length: 2_001 }, () => post(caller.signal))

    expect(await calls[2_000]).toEqual({
      kind: 'lost',
      reason: 'too many wait for a connection',
    })
    caller.abort()
    await Promise.all(calls)
  })

  it('closes though a connection is not made', async () => {
    session = open({ connectMs: 60_000 })
    proxy.freeze()
    const call = post()
    await proxy.hasAccepted(1)

    await session.close()

    expect(await call).toEqual({ kind: 'lost', reason: 'closed' })
  })

  it('closes though a call is never answered', async () => {
    session = open({ closeMs: 20 })
    await post()
    peer.answers(() => 'hold')
    const call = post()
    await peer.hasReceived(2)

    await session.close()

    expect(await call).toMatchObject({ kind: 'lost' })
  })
})

let ends: string[] = []
let endings = createArrivals()
beforeEach(() => {
  ends = []
  endings = createArrivals()
})

function open(timing: Partial<ApnsTiming>, connectionsMax = 4): ApnsSession {
  return createApnsSession({
    endpoint: new URL(`https://localhost:${proxy.port}`),
    ca: readFileSync(CA_PATH, 'utf8'),
    connectionsMax,
    timing: { ...APNS_TIMING, ...timing },
    log: {
      info() {},
      warn(fields) {
        if ('reason' in fields) ends.push(String(fields.reason))
        endings.note()
      },
    },
    now: () => 0,
  })
}

async function post(signal: AbortSignal = new AbortController().signal) {
  const headers = [':method', 'POST', ':path', '/3/device/ab', 'authorization', 'bearer x']
  return await session.post(headers, '{}', signal)
}

async function pingsAt(
  session: { on(event: 'ping', listener: () => void): unknown } | undefined,
  count: number,
): Promise<void> {
  let seen = 0
  await new Promise<void>((resolve) => {
    session?.on('ping', () => {
      seen += 1
      if (seen >= count) resolve()
    })
  })
}
