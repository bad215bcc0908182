import { afterEach, describe, expect, it } from 'vitest'
import { aMessage } from '../../support/a-message.ts'
import { type FcmWorld, type FcmWorldOptions, openFcmWorld } from '../../support/fcm-world.ts'
import { freePort } from '../../support/free-port.ts'
import { CERTIFICATES } from '../../support/tls-files.ts'

let world: FcmWorld | undefined

afterEach(async () => {
  await world?.close()
  world = undefined
})

async function openWorld(options: FcmWorldOptions = {}): Promise<FcmWorld> {
  world = await openFcmWorld(options)
  return world
}

const patient = () => new AbortController().signal

describe('a peer', () => {
  it.each([
    ['that resets the connection', 'reset', /UND_ERR_SOCKET|ECONNRESET/],
    ['that gives half an answer', 'half', /UND_ERR_SOCKET|ECONNRESET/],
  ] as const)('%s is called again later, over another connection', async (_, script, words) => {
    const { peer, provider } = await openWorld()
    peer.script(script)

    const first = await provider.send(aMessage(), patient())
    const second = await provider.send(aMessage(), patient())

    expect(first).toEqual({ kind: 'unavailable', reason: expect.stringMatching(words) })
    expect(second.kind).toBe('accepted')
  })

  it('that does not answer is given up, with its connection', async () => {
    const { peer, provider } = await openWorld({ settings: { connections: 1 } })
    peer.script('hang')
    const patience = new AbortController()
    const outcome = provider.send(aMessage(), patience.signal)
    await peer.called(1)

    patience.abort()

    expect(await outcome).toEqual({
      kind: 'unavailable',
      reason: expect.stringMatching('given up'),
    })
    expect(await provider.send(aMessage(), patient())).toMatchObject({ kind: 'accepted' })
    // The call after it does not wait until a connection is given up for other reasons.
  }, 5_000)

  it('that does not answer one does not hold up others', async () => {
    const { peer, provider } = await openWorld({ settings: { connections: 2 } })
    peer.script('hang')
    const patience = new AbortController()
    const hanging = provider.send(aMessage(), patience.signal)
    await peer.called(1)

    const others = await Promise.all([1, 2, 3].map(() => provider.send(aMessage(), patient())))

    expect(others.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted'])
    patience.abort()
    await hanging
  })

  it('that is slow to accept connections is waited for', async () => {
    const { peer, provider } = await openWorld()
    const held = peer.hold()
    const outcome = provider.send(aMessage(), patient())
    await held

    peer.release()

    expect(await outcome).toMatchObject({ kind: 'accepted' })
  })

  it('that never accepts them is given up, and what was given up is not sent later', async () => {
    const { peer, provider } = await openWorld()
    await provider.send(aMessage(), patient())
    peer.cutConnections()
    const held = peer.hold()
    const patience = new AbortController()
    const outcome = provider.send(aMessage(), patience.signal)
    await held

    patience.abort()

    expect(await outcome).toEqual({
      kind: 'unavailable',
      reason: expect.stringMatching('given up'),
    })
    peer.release()
    expect(await provider.send(aMessage({ token: 'later' }), patient())).toMatchObject({
      kind: 'accepted',
    })
    expect(peer.calls).toHaveLength(2)
  })

  it('that cuts all connections, as some day each does, is called over new ones', async () => {
    const { peer, provider } = await openWorld({ settings: { connections: 4 } })
    peer.script('hang', 'hang', 'hang', 'hang')
    const underWay = [1, 2, 3, 4].map(() => provider.send(aMessage(), patient()))
    await peer.called(4)

    peer.cutConnections()

    const outcomes = await Promise.all(underWay)
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['unavailable']))
    expect(await provider.send(aMessage(), patient())).toMatchObject({ kind: 'accepted' })
  })

  it('that is not there is unavailable', async () => {
    const endpoint = `https://localhost:${await freePort()}`
    const { provider } = await openWorld({ settings: { endpoint } })

    const outcome = await provider.send(aMessage(), patient())

    expect(outcome).toEqual({
      kind: 'unavailable',
      reason: expect.stringMatching('ECONNREFUSED'),
    })
  })

  it.each([
    ['of another name', CERTIFICATES.ofAnotherName, /ERR_TLS_CERT_ALTNAME_INVALID/],
    [
      'of an authority that nobody trusts',
      CERTIFICATES.ofAnotherAuthority,
      /UNABLE_TO_VERIFY|SELF_SIGNED/,
    ],
  ])('with a certificate %s is told nothing', async (_, certificate, words) => {
    const { peer, provider } = await openWorld({ certificate })

    const outcome = await provider.send(aMessage(), patient())

    expect(outcome).toEqual({ kind: 'misconfigured', reason: expect.stringMatching(words) })
    expect(peer.calls).toEqual([])
    expect(peer.tokenCalls()).toBe(0)
  })

  it('that says more than an answer can be is not listened to', async () => {
    const { peer, provider } = await openWorld()
    peer.script({ status: 200, body: 'x'.repeat(100_000) })

    const outcome = await provider.send(aMessage(), patient())

    expect(outcome).toEqual({
      kind: 'unavailable',
      reason: expect.stringMatching('RES_EXCEEDED_MAX_SIZE'),
    })
  })
})
