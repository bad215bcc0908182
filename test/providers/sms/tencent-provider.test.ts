import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { TENCENT_CODES } from '../../../src/providers/sms/tencent/tencent-outcome.ts'
import { tencentSmsKind } from '../../../src/providers/sms/tencent/tencent-provider.ts'
import { aMessage } from '../../support/a-message.ts'
import { openSmsPeer, type SmsPeer } from '../../support/sms-peer.ts'
import { tencentRules } from '../../support/tencent-rules.ts'
import {
  callBack,
  NOTHING_SHOWN,
  NOW,
  openSms,
  patience,
  SECRETS,
  TENCENT,
  TO_BOB,
} from './sms-world.ts'

let peer: SmsPeer
let provider: Provider

beforeEach(async () => {
  peer = await openSmsPeer(tencentRules(SECRETS.KEY))
  provider = await openSms(tencentSmsKind, { ...TENCENT, endpoint: peer.origin })
})

afterEach(async () => {
  await provider.close()
  await peer.close()
})

const bodyOf = (): unknown => JSON.parse(peer.received[0]?.body ?? '')

describe('Tencent Cloud', () => {
  it('is given the number, the template and what is in it', async () => {
    const outcome = await provider.send(TO_BOB, patience())

    expect(outcome).toEqual({ kind: 'accepted', providerId: '5000:7' })
    expect(peer.received[0]?.headers).toMatchObject({
      'x-tc-action': 'SendSms',
      'x-tc-version': '2021-01-11',
      'x-tc-region': 'ap-guangzhou',
      'x-tc-timestamp': String(NOW / 1000),
    })
    expect(bodyOf()).toEqual({
      PhoneNumberSet: ['+4930123456'],
      SmsSdkAppId: '1400006666',
      TemplateId: 'T1',
      SignName: '腾讯云',
      TemplateParamSet: ['Ann', 'hi'],
      SessionContext: TO_BOB.ref,
    })
  })

  it.each([
    [undefined, 'T2', ['Hikers', '3']],
    ['en', 'T2', ['Hikers', '3']],
    ['zh-Hant', 'T3', []],
    ['zh_CN', 'T4', ['ann']],
  ])('is given the template of a group’s messages in %s', async (locale, id, parameters) => {
    const group = { gid: 'hikers', displayName: 'Hikers' }
    const from = { uid: 'ann', displayName: undefined }
    const kind = 'group-message'
    await provider.send(aMessage({}, { kind, group, from, locale, messages: 3 }), patience())

    expect(bodyOf()).toMatchObject({ TemplateId: id, TemplateParamSet: parameters })
  })

  it('is given parameters that are short, and none that is empty', async () => {
    const from = { uid: 'ann', displayName: '👨‍👩‍👧'.repeat(9) }
    await provider.send(aMessage({}, { from, body: ' ' }), patience())

    expect(bodyOf()).toMatchObject({ TemplateParamSet: [`${'👨‍👩‍👧'.repeat(4)}…`, '-'] })
  })

  it('is sent nothing where nothing is shown, or there is no template', async () => {
    expect(await provider.send(NOTHING_SHOWN, patience())).toMatchObject({ kind: 'rejected' })
    const templates = { invitation: { id: 'T9', parameters: [] } }
    const few = await openSms(tencentSmsKind, { ...TENCENT, templates, endpoint: peer.origin })

    expect(await few.send(TO_BOB, patience())).toMatchObject({ kind: 'rejected' })
    expect(few.preview(TO_BOB).target).toContain('nothing is sent')
    expect(peer.received).toEqual([])
    await few.close()
  })

  it('gets what the preview shows, but for the signature', async () => {
    const { target, headers, body } = provider.preview(TO_BOB)
    await provider.send(TO_BOB, patience())

    expect(target).toBe(`POST ${peer.origin}/`)
    expect(body).toBe(peer.received[0]?.body)
    expect(headers.authorization).toBe('TC3-HMAC-SHA256 …')
  })

  const rows = Object.entries(TENCENT_CODES)

  it.each(rows)('that answers %s for the call is understood', async (Code, meaning) => {
    peer.answer(200, { Response: { Error: { Code, Message: 'why' }, RequestId: 'r' } })

    const { means, ...rest } = meaning
    const expected = { kind: means, reason: `200 ${Code} why`, ...rest }
    expect(await provider.send(TO_BOB, patience())).toEqual(expected)
  })

  it.each(rows)('that answers %s for the number is understood', async (Code, meaning) => {
    const SendStatusSet = [{ SerialNo: '', Code, Message: 'why' }]
    peer.answer(200, { Response: { SendStatusSet, RequestId: 'r' } })

    expect(await provider.send(TO_BOB, patience())).toMatchObject({ kind: meaning.means })
  })

  it.each([
    [200, { Response: { Error: { Code: 'New' } } }, 'rejected'],
    [200, { Response: { Error: { Code: 'InternalError.New' } } }, 'unavailable'],
    [200, { Response: { SendStatusSet: [], RequestId: 'r' } }, 'unavailable'],
    [200, {}, 'unavailable'],
    [502, {}, 'unavailable'],
  ] as const)('that answers %i and %o is understood as %s', async (status, body, kind) => {
    peer.answer(status, body)

    expect(await provider.send(TO_BOB, patience())).toMatchObject({ kind })
  })

  it('is asked for a list of templates, and nobody is notified', async () => {
    peer.answer(200, { Response: { DescribeTemplateStatusSet: [], RequestId: 'r' } })

    expect(await provider.check(patience())).toMatchObject({ kind: 'proven' })
    expect(peer.received[0]?.headers['x-tc-action']).toBe('DescribeSmsTemplateList')

    const error = { Code: 'FailedOperation.NotEnterpriseCertification', Message: 'why' }
    peer.answer(200, { Response: { Error: error, RequestId: 'r' } })
    expect(await provider.check(patience())).toMatchObject({ kind: 'unproven' })

    const settings = { ...TENCENT, secretKey: { env: 'TOKEN' }, endpoint: peer.origin }
    const stranger = await openSms(tencentSmsKind, settings)
    expect(await stranger.check(patience())).toMatchObject({
      kind: 'refused',
      problem: '200 AuthFailure.SignatureFailure signature',
    })
    await stranger.close()
  })
})

describe('a list of Tencent Cloud’s reports', () => {
  const reports = (list: unknown, secret = SECRETS.REPORTS) =>
    callBack(provider, {
      url: `https://herald.example.com/callbacks/texts/${secret}`,
      body: Buffer.from(JSON.stringify(list)),
    })

  const FAILED = {
    nationcode: '86',
    mobile: '13800138000',
    report_status: 'FAIL',
    errmsg: 'MK:0001',
  }

  it('tells of numbers that are gone, and of nothing else', () => {
    const arrived = { ...FAILED, report_status: 'SUCCESS', errmsg: 'DELIVRD', sid: '5000:7' }

    expect(reports([arrived, FAILED, { ...FAILED, errmsg: 'REJECTD' }])).toEqual({
      kind: 'understood',
      receipts: [],
      gone: [{ token: '+8613800138000', reason: 'MK:0001' }],
      reply: { status: 200, contentType: 'application/json', body: '{"result":0,"errmsg":"OK"}' },
    })
  })

  it('is believed only of who knows the path', () => {
    expect(reports([FAILED], 'x'.repeat(32))).toMatchObject({ kind: 'refused', status: 401 })
    expect(reports([{ mobile: '1' }])).toMatchObject({ kind: 'refused', status: 400 })
  })
})
