import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { OUTCOMES } from '../../../src/providers/webhook/webhook-outcome.ts'
import { aMessage } from '../../support/a-message.ts'
import { CERTIFICATES } from '../../support/tls-files.ts'
import { openWebhookPeer, type WebhookPeer } from '../../support/webhook-peer.ts'
import { NEXT_SECRET, openWebhook, patience, SECRET } from './webhook-world.ts'

let peer: WebhookPeer
let provider: Provider

beforeEach(async () => {
  peer = await openWebhookPeer({ secrets: [SECRET] })
  provider = await openWebhook({ url: `${peer.origin}/notify?from=herald` })
})

afterEach(async () => {
  await provider.close()
  await peer.close()
})

const BARE = aMessage({ token: 'bob@fax', deviceId: undefined, channel: 'sms' })

describe('a webhook', () => {
  it('tells the sender all that we know, under a signature', async () => {
    const outcome = await provider.send(BARE, patience())

    expect(outcome).toEqual({ kind: 'accepted', providerId: '204' })
    const [webhook] = peer.received
    expect(webhook).toMatchObject({ id: BARE.ref, path: '/notify?from=herald', signedBy: [SECRET] })
    expect(JSON.parse(webhook?.body ?? '')).toEqual({
      type: 'notification',
      ref: BARE.ref,
      address: { channel: 'sms', token: 'bob@fax', uid: 'bob', deviceId: null },
      notification: {
        kind: 'direct-message',
        messageId: '0'.repeat(32),
        messages: 1,
        conversation: 'user/ann',
        from: { uid: 'ann', displayName: 'Ann' },
        group: null,
        title: null,
        body: 'hi',
        isPreviewHidden: false,
        data: null,
        collapseKey: null,
        priority: 'normal',
        isSilent: false,
        badge: 1,
        locale: null,
        expiresAt: '1970-01-01T00:00:00.000Z',
      },
      text: { title: 'Ann', body: 'hi', html: null },
    })
  })

  it('has the same id at each attempt', async () => {
    await provider.send(BARE, patience())
    await provider.send(BARE, patience())

    expect(peer.received.map(({ id }) => id)).toEqual([BARE.ref, BARE.ref])
  })

  it('is sent of what shows nothing as well, without text', async () => {
    const group = { gid: 'hikers', displayName: undefined }
    const clear = aMessage({}, { kind: 'clear', body: undefined, group })

    await provider.send(clear, patience())

    expect(JSON.parse(peer.received[0]?.body ?? '')).toMatchObject({
      notification: { kind: 'clear', body: null, group: { gid: 'hikers', displayName: null } },
      text: null,
    })
  })

  it('is signed with both keys while one takes the other’s place', async () => {
    const both = await openWebhookPeer({ secrets: [SECRET, NEXT_SECRET] })
    const secret = `${NEXT_SECRET}\n${SECRET}`
    const rotating = await openWebhook({ url: both.origin }, { secret })

    await rotating.send(BARE, patience())

    expect(both.received[0]?.signedBy).toEqual([SECRET, NEXT_SECRET])
    await rotating.close()
    await both.close()
  })

  it('is what the preview shows, but for the signature', async () => {
    const { target, headers, body } = provider.preview(BARE)
    await provider.send(BARE, patience())

    expect(target).toBe(`POST ${peer.origin}/notify?from=herald`)
    expect(body).toBe(peer.received[0]?.body)
    expect(headers).toMatchObject({ 'webhook-id': BARE.ref, 'webhook-signature': 'v1,…' })
  })
})

describe('a sender that answers', () => {
  it.each([
    [301, 'misconfigured'],
    [401, 'misconfigured'],
    [404, 'misconfigured'],
    [408, 'unavailable'],
    [410, 'address-gone'],
    [425, 'unavailable'],
    [429, 'unavailable'],
    [422, 'rejected'],
    [503, 'unavailable'],
  ] as const)('%i is understood as %s', async (status, kind) => {
    peer.play((response) =>
      response.writeHead(status, { 'retry-after': '7', location: '/else' }).end('{"reason":"why"}'),
    )

    const outcome = await provider.send(BARE, patience())

    const retry = kind === 'unavailable' ? { retryAfterMs: 7_000 } : {}
    expect(outcome).toEqual({ kind, reason: `${status} why`, ...retry })
    expect(peer.received).toHaveLength(1)
    expect(OUTCOMES.some(({ status: [first, last] }) => first <= status && status <= last)).toBe(
      true,
    )
  })

  it.each([
    [{ id: 'fax-7' }, { kind: 'accepted', providerId: 'fax-7' }],
    [{ id: 7 }, { kind: 'accepted', providerId: '7' }],
    [{ id: { no: 1 } }, { kind: 'accepted', providerId: '200' }],
    [[], { kind: 'accepted', providerId: '200' }],
    [
      { outcome: 'accepted', id: 'a' },
      { kind: 'accepted', providerId: 'a' },
    ],
    [
      { outcome: 'address-gone', reason: 'moved' },
      { kind: 'address-gone', reason: 'moved' },
    ],
    [
      { outcome: 'address-gone', reason: 'moved', goneSince: '2026-11-25T12:00:00Z' },
      { kind: 'address-gone', reason: 'moved', goneSince: Date.UTC(2026, 10, 25, 12) },
    ],
    [
      { outcome: 'address-gone', reason: 'moved', goneSince: '-5' },
      { kind: 'address-gone', reason: 'moved' },
    ],
    [
      { outcome: 'rejected', reason: 'no paper' },
      { kind: 'rejected', reason: 'no paper' },
    ],
    [{ outcome: 'misconfigured' }, { kind: 'misconfigured', reason: 'the sender gave no reason' }],
    [
      { outcome: 'unavailable', reason: 'busy', retryAfterSeconds: 90 },
      { kind: 'unavailable', reason: 'busy', retryAfterMs: 90_000 },
    ],
    [
      { outcome: 'unavailable', reason: 'busy', retryAfterSeconds: -1 },
      { kind: 'unavailable', reason: 'busy' },
    ],
  ])('200 and %o says more', async (said, expected) => {
    peer.play((response) => response.writeHead(200).end(JSON.stringify(said)))

    expect(await provider.send(BARE, patience())).toEqual(expected)
  })

  it('200 and no JSON has accepted', async () => {
    peer.play((response) => response.writeHead(200).end('OK'))

    expect(await provider.send(BARE, patience())).toEqual({ kind: 'accepted', providerId: '200' })
  })
})

describe('a sender that', () => {
  it('hangs is left when the call is given up', async () => {
    peer.play(() => {})
    const patience = new AbortController()
    const arrived = peer.nextRequest()
    const sending = provider.send(BARE, patience.signal)
    await arrived

    patience.abort()

    expect(await sending).toEqual({ kind: 'unavailable', reason: 'given up' })
  })

  it('breaks off is tried again', async () => {
    peer.play((response) => response.destroy())

    expect(await provider.send(BARE, patience())).toMatchObject({ kind: 'unavailable' })
  })

  it('answers half is tried again', async () => {
    peer.play((_, request) => request.socket.end('HTTP/1.1 2'))

    expect(await provider.send(BARE, patience())).toMatchObject({ kind: 'unavailable' })
  })

  it('resets the connection is tried again', async () => {
    peer.play((_, request) => request.socket.resetAndDestroy())

    expect(await provider.send(BARE, patience())).toMatchObject({ kind: 'unavailable' })
  })

  it('answers without an end is cut short', async () => {
    const gone = Promise.withResolvers<void>()
    peer.play((response, request) => {
      request.socket.once('close', () => gone.resolve())
      response.writeHead(500)
      const more = () => response.write('x'.repeat(20_000), more)
      more()
    })

    const outcome = await provider.send(BARE, patience())

    expect(outcome).toMatchObject({ kind: 'unavailable' })
    expect(JSON.stringify(outcome).length).toBeLessThan(400)
    await gone.promise
  })

  it('speaks TLS is believed by its certificate alone', async () => {
    const outcomes: string[] = []
    for (const certificate of [
      CERTIFICATES.good,
      CERTIFICATES.ofAnotherName,
      CERTIFICATES.ofAnotherAuthority,
    ]) {
      const secure = await openWebhookPeer({ secrets: [SECRET], certificate })
      const sender = await openWebhook({ url: secure.origin })
      outcomes.push((await sender.send(BARE, patience())).kind)
      await sender.close()
      await secure.close()
    }

    expect(outcomes).toEqual(['accepted', 'unavailable', 'unavailable'])
  })

  it('is not there is tried again', async () => {
    const away = await openWebhook({ url: peer.origin })
    await peer.close()

    expect(await away.send(BARE, patience())).toMatchObject({ kind: 'unavailable' })
    await away.close()
    peer = await openWebhookPeer({ secrets: [SECRET] })
  })
})

describe('a check', () => {
  it('is proven by a sender that takes our signature', async () => {
    expect(await provider.check(patience())).toMatchObject({ kind: 'proven' })
    expect(peer.received[0]?.body).toBe('{"type":"check"}')
  })

  it('is refused by a sender with another secret', async () => {
    const stranger = await openWebhook({ url: peer.origin }, { secret: NEXT_SECRET })

    expect(await stranger.check(patience())).toMatchObject({
      kind: 'refused',
      problem: expect.stringContaining('401 not signed for us'),
    })
    await stranger.close()
  })

  it('proves nothing of a sender that is away', async () => {
    peer.play((response) => response.destroy())

    expect(await provider.check(patience())).toMatchObject({ kind: 'unproven' })
  })
})
