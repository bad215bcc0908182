import { getEventListeners } from 'node:events'
import { constants } from 'node:http2'
import { afterEach, describe, expect, it } from 'vitest'
import type { SendOutcome } from '../../../src/core/delivery/send-outcome.ts'
import { aMessage } from '../../support/a-message.ts'
import type { PeerAnswer, ReceivedPush } from '../../support/apns-peer.ts'
import { type ApnsWorld, DEVICE, openApnsWorld } from '../../support/apns-world.ts'
import { openTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'
import { CERTIFICATES } from '../../support/tls-files.ts'

let world: ApnsWorld
let proxy: TcpProxy | undefined
afterEach(async () => {
  await proxy?.close()
  await world.close()
  proxy = undefined
})

const patience = new AbortController()

describe('a connection that Apple ends (GOAWAY)', () => {
  it('answers what it has taken, and the rest goes over another one', async () => {
    const [sends, pushes] = await threeUnderWay()

    goAway(pushes[1], constants.NGHTTP2_NO_ERROR)
    for (const push of pushes.slice(0, 2)) push.answer('rules')

    expect(await kindsOf(sends)).toEqual(['accepted', 'accepted', 'accepted'])
    expect(connectionsOf(pushes[2])).toEqual([1, 2])
    expect(connectionsOf(pushes[0])).toEqual([1])
  })

  it('because of an error loses what it may have taken, and the rest goes over another one', async () => {
    const [sends, pushes] = await threeUnderWay()

    goAway(pushes[1], constants.NGHTTP2_INTERNAL_ERROR)

    expect(await kindsOf(sends)).toEqual(['unavailable', 'unavailable', 'accepted'])
    expect(connectionsOf(pushes[0])).toEqual([1])
    expect(connectionsOf(pushes[2])).toEqual([1, 2])
    expect(world.warnings.join()).toContain('Shutdown')
  })

  it('before it was of any use is not tried again and again', async () => {
    world = await openApnsWorld()
    world.peer.answers(({ session }) => {
      session.goaway()
      return 'refuse'
    })

    expect(await send()).toMatchObject({ kind: 'unavailable' })
    expect(world.peer.seen.connections).toBeLessThanOrEqual(3)
  })
})

describe('a peer', () => {
  it.each([
    ['resets a call', 'reset', 1],
    ['refuses a call each time', 'refuse', 3],
    ['breaks off in its answer', 'half', 1],
    ['breaks off in its answer with the connection', 'half-then-tear', 1],
    ['ends the connection', 'tear', 1],
  ] as const)('that %s is tried later', async (_, answer, attempts) => {
    world = await openApnsWorld()
    world.peer.answers(() => answer)

    expect(await send()).toMatchObject({ kind: 'unavailable' })
    expect(world.peer.received).toHaveLength(attempts)
    await worksAgain()
  })

  it('that refuses a call once gets it again', async () => {
    world = await openApnsWorld()
    const answers: PeerAnswer[] = ['refuse', 'rules']
    world.peer.answers(() => answers.shift() ?? 'hold')

    expect(await send()).toMatchObject({ kind: 'accepted' })
  })

  it('that does not answer is waited for as long as the caller likes', async () => {
    world = await openApnsWorld()
    world.peer.answers(() => 'hold')
    const caller = new AbortController()

    const outcome = send(caller.signal)
    await world.peer.hasReceived(1)
    caller.abort()

    expect(await outcome).toMatchObject({ kind: 'unavailable' })
    await worksAgain()
    expect(world.peer.seen.connections).toBe(1)
  })

  it('is not called for somebody who has given up before', async () => {
    world = await openApnsWorld()

    expect(await send(AbortSignal.abort())).toMatchObject({ kind: 'unavailable' })
    await worksAgain()
    expect(world.peer.received).toHaveLength(1)
  })

  it('that is slow to accept is waited for', async () => {
    world = await openWorldBehindProxy()
    proxy?.freeze()

    const outcome = send()
    await proxy?.hasAccepted(1)
    proxy?.thaw()

    expect(await outcome).toMatchObject({ kind: 'accepted' })
  })

  it('that can’t be reached is tried again after a while, and later each time', async () => {
    world = await openApnsWorld()
    const { endpoint } = world.peer
    await world.peer.close()
    await world.close()
    world = await openApnsWorld({ endpoint })

    const refused = await send()
    expect(refused).toMatchObject({ kind: 'unavailable', reason: expect.stringMatching('REFUSED') })
    expect(connectsTried()).toBe(1)
    expect(await send()).toEqual(refused)
    expect(connectsTried()).toBe(1)
    world.nowMs += 200
    await send()
    expect(connectsTried()).toBe(2)
    world.nowMs += 399
    await send()
    expect(connectsTried()).toBe(2)
    world.nowMs += 1
    await send()
    expect(connectsTried()).toBe(3)
  })

  it.each([
    ['another authority’s', 'ofAnotherAuthority'],
    ['another host’s', 'ofAnotherName'],
  ] as const)(
    'with %s certificate is told nothing, and the operator is called',
    async (_, name) => {
      world = await openApnsWorld({}, { certificate: CERTIFICATES[name] })

      const outcomes = [await send(), await send()]

      expect(outcomes.map(({ kind }) => kind)).toEqual(['misconfigured', 'misconfigured'])
      expect(world.peer.received).toEqual([])
    },
  )
})

describe('a connection that is torn', () => {
  it('loses what is under way, and another one takes what follows', async () => {
    world = await openWorldBehindProxy()
    await send()
    world.peer.answers(() => 'hold')
    const underWay = [send(), send()]
    await world.peer.hasReceived(3)

    proxy?.tear()

    expect(await kindsOf(underWay)).toEqual(['unavailable', 'unavailable'])
    await worksAgain()
  })
})

describe('many calls at once', () => {
  it('are as many as the peer allows on a connection, and use several', async () => {
    world = await openApnsWorld({ connectionsMax: 2 }, { streamsMax: 5 })
    await send()

    const sends = Array.from({ length: 60 }, () => send())

    expect(new Set(await kindsOf(sends))).toEqual(new Set(['accepted']))
    expect(world.peer.seen).toEqual({ connections: 2, streams: 5 })
    expect(world.peer.received).toHaveLength(61)
  })

  it('begin with one, on one connection, until Apple has answered', async () => {
    world = await openApnsWorld()
    world.peer.answers(() => 'hold')
    const sends = Array.from({ length: 10 }, () => send())
    await world.peer.hasReceived(1)
    const atFirst = { ...world.peer.seen }

    world.peer.answers(() => 'rules')
    world.peer.received[0]?.answer('rules')

    expect(new Set(await kindsOf(sends))).toEqual(new Set(['accepted']))
    expect(atFirst).toEqual({ connections: 1, streams: 1 })
    expect(world.peer.received).toHaveLength(10)
    expect(world.peer.seen.connections).toBe(1)
  })

  it('leave nothing behind at the caller’s signal', async () => {
    world = await openApnsWorld()
    const caller = new AbortController()

    await Promise.all(Array.from({ length: 50 }, () => send(caller.signal)))

    expect(getEventListeners(caller.signal, 'abort')).toEqual([])
  })
})

describe('closing', () => {
  it('waits for what is under way and takes no more', async () => {
    world = await openApnsWorld()
    await send()
    world.peer.answers(() => 'hold')
    const underWay = send()
    await world.peer.hasReceived(2)

    const closed = world.alerts.close()
    const late = await send()
    world.peer.received[1]?.answer('rules')

    expect(await underWay).toMatchObject({ kind: 'accepted' })
    expect(late).toMatchObject({ kind: 'unavailable' })
    await closed
  })
})

async function send(signal: AbortSignal = patience.signal): Promise<SendOutcome> {
  return await world.alerts.send(aMessage({ token: DEVICE }), signal)
}

async function kindsOf(sends: readonly Promise<SendOutcome>[]): Promise<readonly string[]> {
  return (await Promise.all(sends)).map(({ kind }) => kind)
}

async function worksAgain(): Promise<void> {
  world.nowMs += 10_000
  world.peer.answers(() => 'rules')
  expect(await send()).toMatchObject({ kind: 'accepted' })
}

async function openWorldBehindProxy(): Promise<ApnsWorld> {
  const opened = await openApnsWorld({}, {}, async (port) => {
    proxy = await openTcpProxy(port)
    return proxy.port
  })
  return opened
}

type Pushes = readonly [ReceivedPush, ReceivedPush, ReceivedPush]

/** Three calls that the peer has and has not answered, each to a device of its own. */
async function threeUnderWay(): Promise<readonly [readonly Promise<SendOutcome>[], Pushes]> {
  world = await openApnsWorld()
  await send()
  world.peer.answers(({ connection }) => (connection === 1 ? 'hold' : 'rules'))
  const sends = ['a1', 'a2', 'a3'].map((byte) =>
    world.alerts.send(aMessage({ token: byte.repeat(32) }), patience.signal),
  )
  await world.peer.hasReceived(4)
  const [, first, second, third] = world.peer.received
  if (first === undefined || second === undefined || third === undefined) throw new Error('lost')
  return [sends, [first, second, third]]
}

/** As Apple does: up to this call was taken, and why not more. */
function goAway({ session, streamId }: ReceivedPush, code: number): void {
  session.goaway(code, streamId, Buffer.from('{"reason":"Shutdown"}'))
}

function connectionsOf({ path }: ReceivedPush): readonly number[] {
  return world.peer.received.filter((push) => push.path === path).map((push) => push.connection)
}

function connectsTried(): number {
  return world.warnings.filter((warning) => warning.includes('connection to APNs ended')).length
}
