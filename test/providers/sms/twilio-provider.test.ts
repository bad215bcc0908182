import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { TWILIO_CODES } from '../../../src/providers/sms/twilio/twilio-outcome.ts'
import { twilioKind } from '../../../src/providers/sms/twilio/twilio-provider.ts'
import { openSmsPeer, type SmsPeer } from '../../support/sms-peer.ts'
import { signedByTwilio, twilioRules } from '../../support/twilio-rules.ts'
import {
  callBack,
  NOTHING_SHOWN,
  NOW,
  openSms,
  patience,
  SECRETS,
  TO_BOB,
  TWILIO,
} from './sms-world.ts'

let peer: SmsPeer
let provider: Provider

beforeEach(async () => {
  peer = await openSmsPeer(twilioRules(TWILIO.accountSid, SECRETS.TOKEN))
  provider = await openSms(twilioKind, { ...TWILIO, endpoint: peer.origin })
})

afterEach(async () => {
  await provider.close()
  await peer.close()
})

const STATUS_URL = `https://herald.example.com/callbacks/texts?ref=${TO_BOB.ref}`

describe('Twilio', () => {
  it('is given the number, the text, and where to report', async () => {
    const outcome = await provider.send(TO_BOB, patience())

    expect(outcome).toEqual({ kind: 'accepted', providerId: 'SM7' })
    expect(peer.received[0]?.path).toBe(`/2010-04-01/Accounts/${TWILIO.accountSid}/Messages.json`)
    expect(Object.fromEntries(new URLSearchParams(peer.received[0]?.body))).toEqual({
      To: '+4930123456',
      From: '+15005550006',
      Body: 'Ann: hi',
      StatusCallback: STATUS_URL,
    })
  })

  it('is called with a key where there is one, by a service of its own', async () => {
    const other = await openSmsPeer(twilioRules(`SK${'1'.repeat(32)}`, SECRETS.KEY))
    const messagingServiceSid = `MG${'2'.repeat(32)}`
    const keyed = await openSms(twilioKind, {
      accountSid: TWILIO.accountSid,
      apiKeySid: `SK${'1'.repeat(32)}`,
      apiKeySecret: { env: 'KEY' },
      messagingServiceSid,
      endpoint: other.origin,
    })

    expect(await keyed.send(TO_BOB, patience())).toMatchObject({ kind: 'accepted' })
    const form = new URLSearchParams(other.received[0]?.body)
    expect(form.get('MessagingServiceSid')).toBe(messagingServiceSid)
    // Reports are signed with the token, which is not here.
    expect(form.has('StatusCallback')).toBe(false)
    expect(keyed.callbacks).toBeUndefined()
    await keyed.close()
    await other.close()
  })

  it('is sent nothing where nothing is shown', async () => {
    expect(await provider.send(NOTHING_SHOWN, patience())).toMatchObject({ kind: 'rejected' })
    expect(peer.received).toEqual([])
  })

  it('gets what the preview shows, but for the credentials', async () => {
    const { target, headers, body } = provider.preview(TO_BOB)
    await provider.send(TO_BOB, patience())

    expect(target).toBe(`POST ${peer.origin}${peer.received[0]?.path}`)
    expect(body).toBe(peer.received[0]?.body)
    expect(headers.authorization).toBe('Basic …')
  })

  it.each(Object.entries(TWILIO_CODES))('that answers %s is understood', async (code, meaning) => {
    peer.answer(400, { code: Number(code), message: 'why', status: 400 })

    const outcome = await provider.send(TO_BOB, patience())

    expect(outcome).toMatchObject({ kind: meaning.means, reason: `400 ${code} why` })
  })

  it.each([
    [401, 'misconfigured'],
    [302, 'misconfigured'],
    [429, 'unavailable'],
    [503, 'unavailable'],
    [400, 'rejected'],
  ] as const)('that answers %i and no code is understood as %s', async (status, kind) => {
    peer.answer(status, 'why', { 'retry-after': '7' })

    const retry = kind === 'unavailable' ? { retryAfterMs: 7_000 } : {}
    expect(await provider.send(TO_BOB, patience())).toEqual({
      kind,
      reason: `${status} why`,
      ...retry,
    })
  })

  it('that repeats the number is not quoted with it', async () => {
    peer.answer(400, { code: 21211, message: "The 'To' number +4930123456 is not valid" })

    const reason = "400 21211 The 'To' number … is not valid"
    expect(await provider.send(TO_BOB, patience())).toEqual({ kind: 'address-gone', reason })
  })

  it('that has taken it and says no more has taken it', async () => {
    peer.answer(201, '{"sid":')

    expect(await provider.send(TO_BOB, patience())).toEqual({ kind: 'accepted', providerId: '201' })
  })

  it('is asked for the account, and nobody is notified', async () => {
    expect(await provider.check(patience())).toMatchObject({ kind: 'proven' })
    expect(peer.received).toMatchObject([
      { method: 'GET', path: `/2010-04-01/Accounts/${TWILIO.accountSid}.json`, body: '' },
    ])

    const stranger = await openSms(twilioKind, {
      ...TWILIO,
      authToken: { env: 'KEY' },
      endpoint: peer.origin,
    })
    expect(await stranger.check(patience())).toMatchObject({
      kind: 'refused',
      problem: '401 20003 Authenticate',
    })
    await stranger.close()
  })
})

describe('a report of Twilio’s', () => {
  const report = (form: Record<string, string>, url = STATUS_URL, signedUrl = url) =>
    callBack(provider, {
      url,
      headers: { 'x-twilio-signature': signedByTwilio(SECRETS.TOKEN, signedUrl, form) },
      body: Buffer.from(new URLSearchParams(form).toString()),
    })

  it.each([
    ['delivered', 'delivered', undefined],
    ['read', 'opened', undefined],
    ['undelivered', 'undelivered', 'undelivered 30003'],
    ['failed', 'undelivered', 'failed 30003'],
  ] as const)('%s is a receipt', (MessageStatus, kind, reason) => {
    const answer = report({ MessageStatus, To: '+4930123456', ErrorCode: '30003' })

    expect(answer).toMatchObject({
      kind: 'understood',
      receipts: [{ ref: TO_BOB.ref, kind, reason, at: NOW }],
      gone: [],
      reply: { status: 204 },
    })
  })

  it('of what is on its way is none', () => {
    expect(report({ MessageStatus: 'sent' })).toMatchObject({ receipts: [], gone: [] })
  })

  it.each(['30005', '30006', '21610', '21614', '21211'])(
    '%s says that the number is gone',
    (ErrorCode) => {
      const answer = report({ MessageStatus: 'undelivered', To: '+4930123456', ErrorCode })

      expect(answer).toMatchObject({
        gone: [{ token: '+4930123456', reason: `undelivered ${ErrorCode}` }],
      })
    },
  )

  it.each([
    ['with a port that is left out', ':8443', ''],
    ['without a port that is added', '', ':443'],
  ])('is believed for our address %s', (_, ours, signed) => {
    const url = (port: string) => STATUS_URL.replace(/^(https:\/\/[^/:]+)(:\d+)?/, `$1${port}`)

    const answer = report({ MessageStatus: 'delivered' }, url(ours), url(signed))

    expect(answer).toMatchObject({ kind: 'understood' })
  })

  it('is believed only as it is signed', () => {
    const form = { MessageStatus: 'delivered' }

    expect(report(form, STATUS_URL, `${STATUS_URL}1`)).toMatchObject({
      kind: 'refused',
      status: 401,
    })
    expect(callBack(provider, { url: STATUS_URL })).toMatchObject({ kind: 'refused', status: 401 })
    expect(callBack(provider, { method: 'GET' })).toMatchObject({ kind: 'refused', status: 405 })
    expect(report(form, 'https://herald.example.com/callbacks/texts')).toMatchObject({
      status: 400,
    })
    expect(report({})).toMatchObject({ kind: 'refused', status: 400 })
  })
})
