import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { ALIBABA_CODES } from '../../../src/providers/sms/alibaba/alibaba-outcome.ts'
import { alibabaSmsKind } from '../../../src/providers/sms/alibaba/alibaba-provider.ts'
import { aMessage } from '../../support/a-message.ts'
import { alibabaRules } from '../../support/alibaba-rules.ts'
import { openSmsPeer, type SmsPeer } from '../../support/sms-peer.ts'
import {
  ALIBABA,
  callBack,
  NOTHING_SHOWN,
  NOW,
  openSms,
  patience,
  SECRETS,
  TO_BOB,
} from './sms-world.ts'

let peer: SmsPeer
let provider: Provider

beforeEach(async () => {
  peer = await openSmsPeer(alibabaRules(SECRETS.KEY))
  provider = await openSms(alibabaSmsKind, { ...ALIBABA, endpoint: peer.origin })
})

afterEach(async () => {
  await provider.close()
  await peer.close()
})

const queryOf = (path: string | undefined) =>
  Object.fromEntries(new URL(`http://a${path}`).searchParams)

describe('Alibaba Cloud', () => {
  it('is given the number, the template and what is in it', async () => {
    const odd = aMessage(TO_BOB.address, { body: "it's (a) *test* ~ 你好 +&=%\n" })
    const outcome = await provider.send(odd, patience())

    expect(outcome).toEqual({ kind: 'accepted', providerId: 'biz^0' })
    const [call] = peer.received
    // Octet for octet: RFC 3986 leaves none of these as they are.
    expect(call?.path).toContain('it%27s%20%28a%29%20%2Atest%2A%20~%20')
    expect(call?.headers).toMatchObject({
      'x-acs-action': 'SendSms',
      'x-acs-version': '2017-05-25',
      'x-acs-date': '2026-11-25T12:00:00Z',
    })
    expect(queryOf(call?.path)).toEqual({
      PhoneNumbers: '4930123456',
      SignName: '阿里云',
      TemplateCode: 'T1',
      TemplateParam: JSON.stringify({ sender: 'Ann', text: "it's (a) *test* ~ 你好 +&=%" }),
      OutId: TO_BOB.ref,
    })
  })

  it.each([
    ['+8613800138000', '13800138000'],
    ['+85212345678', '85212345678'],
    ['+15005550006', '15005550006'],
  ])('calls %s %s', async (token, phone) => {
    await provider.send(aMessage({ token }), patience())

    expect(queryOf(peer.received[0]?.path).PhoneNumbers).toBe(phone)
  })

  it('is sent nothing where nothing is shown', async () => {
    expect(await provider.send(NOTHING_SHOWN, patience())).toMatchObject({ kind: 'rejected' })
    expect(peer.received).toEqual([])
  })

  it('is never shown the same nonce twice', async () => {
    await provider.send(TO_BOB, patience())
    await provider.send(TO_BOB, patience())

    const nonces = peer.received.map(({ headers }) => headers['x-acs-signature-nonce'])
    expect(new Set(nonces).size).toBe(2)
  })

  it('gets what the preview shows, but for the signature', async () => {
    const { target, headers, body } = provider.preview(TO_BOB)
    await provider.send(TO_BOB, patience())

    expect(target).toBe(`POST ${peer.origin}${peer.received[0]?.path}`)
    expect(body).toBe('')
    expect(headers.authorization).toBe('ACS3-HMAC-SHA256 …')
  })

  it.each(Object.entries(ALIBABA_CODES))('that answers %s is understood', async (Code, meaning) => {
    peer.answer(200, { Code, Message: 'why', RequestId: 'r' })

    const { means, ...rest } = meaning
    const expected = { kind: means, reason: `200 ${Code} why`, ...rest }
    expect(await provider.send(TO_BOB, patience())).toEqual(expected)
  })

  it.each([
    [200, { Code: 'isv.NEW' }, 'rejected'],
    [400, { Code: 'Throttling.User' }, 'unavailable'],
    [404, { Code: 'InvalidAccessKeyId.NotFound' }, 'misconfigured'],
    [400, { Code: 'toString' }, 'rejected'],
    [200, {}, 'unavailable'],
    [503, {}, 'unavailable'],
    [403, {}, 'misconfigured'],
  ] as const)('that answers %i and %o is understood as %s', async (status, body, kind) => {
    peer.answer(status, body)

    expect(await provider.send(TO_BOB, patience())).toMatchObject({ kind })
  })

  it('is asked for a list of templates, and nobody is notified', async () => {
    expect(await provider.check(patience())).toMatchObject({ kind: 'proven' })
    expect(peer.received[0]?.headers['x-acs-action']).toBe('QuerySmsTemplateList')

    const accessKeySecret = { env: 'TOKEN' }
    const settings = { ...ALIBABA, accessKeySecret, endpoint: peer.origin }
    const stranger = await openSms(alibabaSmsKind, settings)
    expect(await stranger.check(patience())).toMatchObject({ kind: 'refused' })
    await stranger.close()
  })
})

const URL_OF_REPORTS = `https://herald.example.com/callbacks/texts/${SECRETS.REPORTS}`

describe('a number', () => {
  it.each(['+8613035551234', '+4930123456', '+85212345678'])('may be %s', (token) => {
    expect(alibabaSmsKind.tokenFault(token)).toBeUndefined()
  })

  it('is none of North America: it would look like one in mainland China', () => {
    expect(alibabaSmsKind.tokenFault('+13035551234')).toContain('mainland China')
  })
})

describe('a list of Alibaba Cloud’s reports', () => {
  const reports = (list: unknown, url = URL_OF_REPORTS) =>
    callBack(provider, { url, body: Buffer.from(JSON.stringify(list)) })

  const REPORT = {
    phone_number: '13800138000',
    report_time: '2026-11-25 19:59:00',
    success: true,
    err_code: 'DELIVERED',
    out_id: TO_BOB.ref,
  }

  it('is receipts, in China’s time, and numbers that are gone', () => {
    const failed = { ...REPORT, success: false, err_code: 'MK:0001', report_time: 'soon' }
    const ofOthers = { ...failed, phone_number: '4930123456', out_id: '' }
    const off = { ...failed, err_code: 'MOBILE_NOT_ON_SERVICE' }

    expect(reports([REPORT, failed, ofOthers, off])).toEqual({
      kind: 'understood',
      receipts: [
        { ref: TO_BOB.ref, kind: 'delivered', reason: undefined, at: NOW - 60_000 },
        { ref: TO_BOB.ref, kind: 'undelivered', reason: 'MK:0001', at: NOW },
        { ref: TO_BOB.ref, kind: 'undelivered', reason: 'MOBILE_NOT_ON_SERVICE', at: NOW },
      ],
      gone: [
        { token: '+8613800138000', reason: 'MK:0001' },
        { token: '+4930123456', reason: 'MK:0001' },
      ],
      reply: { status: 200, contentType: 'application/json', body: '{"code":0,"msg":"成功"}' },
    })
  })

  it('is believed only of who knows the path', () => {
    const base = 'https://herald.example.com/callbacks/texts'
    for (const url of [base, `${base}/`, `${base}/${'x'.repeat(32)}`, `${URL_OF_REPORTS}/more`]) {
      expect(reports([REPORT], url)).toMatchObject({ kind: 'refused', status: 401 })
    }
    expect(callBack(provider, { url: URL_OF_REPORTS, method: 'GET' })).toMatchObject({
      status: 405,
    })
    expect(reports({ list: [] })).toMatchObject({ kind: 'refused', status: 400 })
    expect(reports([{ success: 'yes' }])).toMatchObject({ kind: 'refused', status: 400 })
    expect(reports([{ success: 'yes' }, REPORT])).toMatchObject({ receipts: [{ ref: TO_BOB.ref }] })
  })

  it('is read by nobody who has no secret for it', async () => {
    const settings = { ...ALIBABA, reportSecret: undefined, endpoint: peer.origin }
    const silent = await openSms(alibabaSmsKind, settings)

    expect(silent.callbacks).toBeUndefined()
    await silent.close()
  })
})
