import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { aMessage } from '../../support/a-message.ts'
import { openWebPushPeer, type WebPushPeer } from '../../support/webpush-peer.ts'
import { aWebPushProvider, patience, VAPID } from './webpush-world.ts'

let peer: WebPushPeer
let provider: Provider

beforeEach(async () => {
  peer = await openWebPushPeer()
  provider = aWebPushProvider()
})

afterEach(async () => {
  await provider.close()
  await peer.close()
})

const HOUR_MS = 3_600_000

describe('a web push', () => {
  it('is decrypted by the browser, and vouched for by our signature', async () => {
    const message = aMessage({ token: peer.subscribe() }, { data: '{"room":7}', badge: 3 })

    const outcome = await provider.send(message, patience())

    expect(outcome).toEqual({ kind: 'accepted', providerId: '/message/push/0' })
    const [push] = peer.received
    expect(JSON.parse(push?.plaintext ?? '')).toEqual({
      title: 'Ann',
      body: 'hi',
      tag: `user/ann#${message.ref}`,
      badge: 3,
      silent: false,
      herald: {
        ref: message.ref,
        kind: 'direct-message',
        messageId: '0'.repeat(32),
        messages: 1,
        conversation: 'user/ann',
      },
      data: '{"room":7}',
    })
    expect(push?.vapid).toMatchObject({ aud: peer.origin, sub: 'mailto:ops@example.com' })
    expect(push?.headers['content-encoding']).toBe('aes128gcm')
  })

  it('lives as long as its message, four weeks at most', async () => {
    const now = () => 1_790_000_000_000
    const settled = await openWebPushPeer({ now })
    const sender = aWebPushProvider({ now })
    const token = settled.subscribe()

    for (const lifeMs of [90_500, -5_000, 60 * 24 * HOUR_MS]) {
      await sender.send(aMessage({ token }, { expiresAt: now() + lifeMs }), patience())
    }

    expect(settled.received.map(({ headers }) => headers.ttl)).toEqual(['90', '0', '2419200'])
    await sender.close()
    await settled.close()
  })

  it.each(['normal', 'high'] as const)('is as urgent as its message: %s', async (priority) => {
    await provider.send(aMessage({ token: peer.subscribe() }, { priority }), patience())

    expect(peer.received[0]?.headers.urgency).toBe(priority)
  })

  it('uses its connections again and again', async () => {
    const token = peer.subscribe()
    for (let n = 0; n < 20; n++) await provider.send(aMessage({ token }), patience())

    expect(new Set(peer.received.map(({ port }) => port)).size).toBeLessThanOrEqual(2)
  })

  it('has no more connections than are allowed', async () => {
    const token = peer.subscribe()
    const sends = Array.from({ length: 40 }, () => provider.send(aMessage({ token }), patience()))

    const outcomes = await Promise.all(sends)

    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true)
    expect(new Set(peer.received.map(({ port }) => port)).size).toBeLessThanOrEqual(4)
  })

  it('is encrypted anew at each attempt', async () => {
    const token = peer.subscribe()
    await provider.send(aMessage({ token }), patience())
    await provider.send(aMessage({ token }), patience())

    const [first, second] = peer.received
    expect(first?.plaintext).toBe(second?.plaintext)
    expect(first?.salt).not.toBe(second?.salt)
  })

  it('is known by its status where there is no location', async () => {
    peer.play((response) => response.writeHead(200).end())

    const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome).toEqual({ kind: 'accepted', providerId: '200' })
  })
})

describe('nothing is sent', () => {
  it('of a clear, because a browser has to show whatever comes', async () => {
    const message = aMessage({ token: peer.subscribe() }, { kind: 'clear' })

    const outcome = await provider.send(message, patience())

    expect(outcome).toMatchObject({
      kind: 'accepted',
      providerId: expect.stringMatching(/^not-sent: /),
    })
    expect(provider.preview(message).target).toBe('nobody')
    expect(peer.received).toEqual([])
  })

  it('of what shows nothing', async () => {
    const silent = aWebPushProvider({ render: () => undefined })

    const outcome = await silent.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome).toMatchObject({
      kind: 'rejected',
      reason: expect.stringMatching(/^not sent: /),
    })
    expect(peer.received).toEqual([])
    await silent.close()
  })

  it('to a token that is no subscription', async () => {
    const outcome = await provider.send(aMessage({ token: 'token-1' }), patience())

    expect(outcome).toMatchObject({
      kind: 'address-gone',
      reason: expect.stringMatching(/^token must be/),
    })
  })

  it('to a key that is no point of the curve', async () => {
    const { endpoint, keys } = JSON.parse(peer.subscribe())
    const p256dh = Buffer.alloc(65, 4).toString('base64url')
    const token = JSON.stringify({ endpoint, keys: { ...keys, p256dh } })

    const outcome = await provider.send(aMessage({ token }), patience())

    expect(outcome).toMatchObject({
      kind: 'address-gone',
      reason: expect.stringMatching(/point of P-256/),
    })
    expect(peer.received).toEqual([])
  })
})

describe('our signature', () => {
  it('is used again for the same push service', async () => {
    const tokens = [peer.subscribe(), peer.subscribe()]
    for (const token of tokens) await provider.send(aMessage({ token }), patience())

    const [first, second] = peer.received.map(({ headers }) => headers.authorization)
    expect(first).toBe(second)
  })

  it('is renewed before it ends, and never good for more than a day', async () => {
    let now = Date.now()
    const aged = await openWebPushPeer({ now: () => now })
    const sender = aWebPushProvider({ now: () => now })
    const token = aged.subscribe()

    for (let hour = 0; hour < 48; hour++) {
      expect(await sender.send(aMessage({ token }), patience())).toMatchObject({ kind: 'accepted' })
      now += HOUR_MS
    }

    const used = new Set(aged.received.map(({ headers }) => headers.authorization))
    expect(used.size).toBeGreaterThan(1)
    expect(used.size).toBeLessThanOrEqual(6)
    await sender.close()
    await aged.close()
  })
})

describe('what would be sent', () => {
  it('is shown before it is encrypted, without the signature', async () => {
    const message = aMessage({ token: peer.subscribe() })

    const { target, headers, body } = provider.preview(message)
    await provider.send(message, patience())

    const [push] = peer.received
    expect(target).toBe(`POST ${peer.origin}${push?.path}`)
    expect(body).toBe(push?.plaintext)
    for (const name of ['ttl', 'urgency', 'topic', 'content-encoding', 'content-type']) {
      expect(headers[name]).toBe(push?.headers[name])
    }
    expect(headers.authorization).toBe(`vapid t=…, k=${VAPID.publicKey}`)
  })
})

describe('a check', () => {
  it('says that keys of our own prove nothing', async () => {
    expect(await provider.check(patience())).toMatchObject({
      kind: 'unproven',
      why: expect.stringMatching(/pair/),
    })
  })
})
