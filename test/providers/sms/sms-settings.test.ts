import { describe, expect, it } from 'vitest'
import type { ProviderKind } from '../../../src/providers/provider-kind.ts'
import { PROVIDER_KINDS } from '../../../src/providers/provider-kinds.ts'
import { alibabaSmsKind } from '../../../src/providers/sms/alibaba/alibaba-provider.ts'
import { httpSmsKind } from '../../../src/providers/sms/http/http-provider.ts'
import { tencentSmsKind } from '../../../src/providers/sms/tencent/tencent-provider.ts'
import { twilioKind } from '../../../src/providers/sms/twilio/twilio-provider.ts'
import { ALIBABA, readSms, TENCENT, TWILIO } from './sms-world.ts'

const KINDS = [twilioKind, alibabaSmsKind, tencentSmsKind, httpSmsKind]
const HTTP = { url: 'https://sms.example.com/send', secret: { env: 'HOOK' } }

it('the kinds of text messages can be named, and send nothing else', () => {
  expect(KINDS.map(({ kind }) => kind)).toEqual([
    'twilio',
    'alibaba-sms',
    'tencent-sms',
    'http-sms',
  ])
  for (const kind of KINDS) {
    expect(PROVIDER_KINDS).toContain(kind)
    expect(kind.channels).toEqual(['sms'])
    expect(kind.tokenFault('bob')).toContain('E.164')
    expect(kind.canonicalToken('+49 30 123456')).toBe('+4930123456')
  }
})

describe('settings', () => {
  const USUAL: readonly (readonly [ProviderKind, object])[] = [
    [twilioKind, TWILIO],
    [alibabaSmsKind, ALIBABA],
    [tencentSmsKind, TENCENT],
    [httpSmsKind, HTTP],
  ]

  it.each(USUAL)('of %o are read', (kind, settings) => {
    const { ready, faults } = readSms(kind, settings)

    expect(faults).toEqual([])
    expect(ready?.names).toEqual(['texts'])
  })

  it.each<readonly [ProviderKind, object, string]>([
    [twilioKind, { ...TWILIO, accountSid: 'AC1' }, 'texts.accountSid'],
    [twilioKind, { ...TWILIO, authToken: undefined }, 'texts.authToken is missing'],
    [twilioKind, { ...TWILIO, from: undefined }, 'texts.from'],
    [twilioKind, { ...TWILIO, from: 'a name too long' }, 'texts.from is no number'],
    [twilioKind, { ...TWILIO, messagingServiceSid: `MG${'0'.repeat(32)}` }, 'texts.from'],
    [twilioKind, { ...TWILIO, apiKeySid: `SK${'0'.repeat(32)}` }, 'texts.apiKeySid'],
    [twilioKind, { ...TWILIO, segmentsMax: 0 }, 'texts.segmentsMax'],
    [twilioKind, { ...TWILIO, endpoint: 'http://api.twilio.com' }, 'texts.endpoint'],
    [twilioKind, { ...TWILIO, endpoint: 'https://api.twilio.com/2010' }, 'texts.endpoint'],
    [alibabaSmsKind, { ...ALIBABA, signName: undefined }, 'texts.signName is missing'],
    [alibabaSmsKind, { ...ALIBABA, templates: {} }, 'texts.templates are missing'],
    [alibabaSmsKind, { ...ALIBABA, templates: undefined }, 'texts.templates are missing'],
    [alibabaSmsKind, { ...ALIBABA, templates: { misspelled: {} } }, 'texts.templates.misspelled'],
    [alibabaSmsKind, { ...ALIBABA, templates: { default: {} } }, 'texts.templates.default.id'],
    [
      alibabaSmsKind,
      { ...ALIBABA, templates: { default: { id: 'T', parameters: ['body'] } } },
      'texts.templates.default.parameters are none',
    ],
    [
      alibabaSmsKind,
      { ...ALIBABA, templates: { default: { id: 'T', languages: { zh: { id: 1 } } } } },
      'texts.templates.default.languages.zh.id',
    ],
    [alibabaSmsKind, { ...ALIBABA, reportSecret: { env: 'KEY' } }, 'texts.reportSecret is not 22'],
    [tencentSmsKind, { ...TENCENT, sdkAppId: 'mine' }, 'texts.sdkAppId'],
    [tencentSmsKind, { ...TENCENT, secretKey: undefined }, 'texts.secretKey is missing'],
    [httpSmsKind, { ...HTTP, url: 'ftp://sms.example.com' }, 'texts.url'],
    [
      httpSmsKind,
      { ...HTTP, checkUrl: 'https://else.example.com' },
      'texts.checkUrl is on another',
    ],
    [httpSmsKind, { ...HTTP, secret: { env: 'KEY' } }, 'texts.secret is no secret of Standard'],
  ])('that are wrong are told of: %o %o', (kind, settings, fault) => {
    const { ready, faults } = readSms(kind, settings)

    expect(ready).toBeUndefined()
    expect(faults.join('\n')).toContain(fault)
  })
})
