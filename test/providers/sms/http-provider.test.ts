import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { httpSmsKind } from '../../../src/providers/sms/http/http-provider.ts'
import { openWebhookPeer, signWebhook, type WebhookPeer } from '../../support/webhook-peer.ts'
import { callBack, NOTHING_SHOWN, NOW, openSms, patience, SECRETS, TO_BOB } from './sms-world.ts'

let peer: WebhookPeer
let provider: Provider
const settings = () => ({ url: `${peer.origin}/send?via=herald`, secret: { env: 'HOOK' } })

beforeEach(async () => {
  peer = await openWebhookPeer({ secrets: [SECRETS.HOOK] })
  provider = await openSms(httpSmsKind, settings())
})

afterEach(async () => {
  await provider.close()
  await peer.close()
})

describe('a gateway', () => {
  it('is given the number, the text and the reference, under a signature', async () => {
    expect(await provider.send(TO_BOB, patience())).toEqual({ kind: 'accepted', providerId: '204' })
    expect(peer.received).toEqual([
      {
        id: TO_BOB.ref,
        path: '/send?via=herald',
        body: JSON.stringify({ to: '+4930123456', text: 'Ann: hi', ref: TO_BOB.ref }),
        signedBy: [SECRETS.HOOK],
      },
    ])
  })

  it('is sent nothing where nothing is shown', async () => {
    expect(await provider.send(NOTHING_SHOWN, patience())).toMatchObject({ kind: 'rejected' })
    expect(peer.received).toEqual([])
  })

  it.each([
    [410, 'address-gone'],
    [422, 'rejected'],
    [401, 'misconfigured'],
    [503, 'unavailable'],
  ] as const)('that answers %i is understood as %s', async (status, kind) => {
    peer.play((response) => response.writeHead(status).end('{"reason":"why"}'))

    expect(await provider.send(TO_BOB, patience())).toEqual({ kind, reason: `${status} why` })
  })

  it('gets what the preview shows, but for the signature', async () => {
    const { target, headers, body } = provider.preview(TO_BOB)
    await provider.send(TO_BOB, patience())

    expect(target).toBe(`POST ${peer.origin}/send?via=herald`)
    expect(body).toBe(peer.received[0]?.body)
    expect(headers).toMatchObject({ 'webhook-id': TO_BOB.ref, 'webhook-signature': 'v1,…' })
  })

  it('is asked where it can be asked', async () => {
    expect(await provider.check(patience())).toMatchObject({ kind: 'unproven' })
    const checkUrl = `${peer.origin}/check`
    const checked = await openSms(httpSmsKind, { ...settings(), checkUrl })

    expect(await checked.check(patience())).toMatchObject({ kind: 'proven' })
    expect(peer.received).toMatchObject([{ path: '/check', body: '{"type":"check"}' }])
    await checked.close()
  })

  it('reports what becomes of a message, under a signature', () => {
    const body = JSON.stringify({
      type: 'report',
      receipts: [{ ref: TO_BOB.ref, kind: 'delivered' }],
      gone: [{ token: '+4930123456', reason: 'no such number' }],
    })
    const timestamp = String(NOW / 1000)
    const headers = {
      'webhook-id': 'r1',
      'webhook-timestamp': timestamp,
      'webhook-signature': signWebhook(SECRETS.HOOK, `r1.${timestamp}.${body}`),
    }

    expect(callBack(provider, { headers, body: Buffer.from(body) })).toMatchObject({
      kind: 'understood',
      receipts: [{ ref: TO_BOB.ref, kind: 'delivered', at: NOW }],
      gone: [{ token: '+4930123456', reason: 'no such number' }],
    })
    expect(callBack(provider, { body: Buffer.from(body) })).toMatchObject({ status: 401 })
  })
})
