import { readFileSync } from 'node:fs'
import type { CallbackAnswer, CallbackRequest } from '../../../src/core/ports/callback-reader.ts'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { createFieldReader } from '../../../src/providers/field-reader.ts'
import type { ProviderKind } from '../../../src/providers/provider-kind.ts'
import { aMessage } from '../../support/a-message.ts'
import { CA_PATH } from '../../support/tls-files.ts'

export const NOW = Date.UTC(2026, 10, 25, 12)
export const SECRETS = {
  TOKEN: 'a'.repeat(32),
  KEY: 'key-of-ours',
  HOOK: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
  REPORTS: 'r'.repeat(32),
}

export function readSms(kind: ProviderKind, settings: object) {
  // As it is read from a file: what is undefined is not there.
  const given: unknown = JSON.parse(JSON.stringify({ ca: { file: CA_PATH }, ...settings }))
  const fields = createFieldReader('texts', given, {
    env: SECRETS,
    readFile: (path) => readFileSync(path, 'utf8'),
  })
  const ready = kind.read(fields)
  fields.finish()
  return { ready, faults: fields.faults.map(({ path, problem }) => `${path} ${problem}`) }
}

/** By its settings, as in production. */
export async function openSms(kind: ProviderKind, settings: object): Promise<Provider> {
  const { ready, faults } = readSms(kind, settings)
  const [provider] =
    (await ready?.open({
      render: ({ body }) =>
        body === undefined ? undefined : { title: 'Ann', body, html: undefined },
      publicUrl: 'https://herald.example.com',
      linkKey: undefined,
      log: { info: () => {}, warn: () => {} },
      now: () => NOW,
    })) ?? []
  if (provider === undefined) throw new Error(faults.join('; '))
  return provider
}

export const patience = () => new AbortController().signal

export const TO_BOB = aMessage({ channel: 'sms', token: '+4930123456', deviceId: undefined })
export const NOTHING_SHOWN = aMessage({ channel: 'sms' }, { kind: 'clear', body: undefined })

export function callBack(provider: Provider, request: Partial<CallbackRequest>): CallbackAnswer {
  const answer = provider.callbacks?.read({
    method: 'POST',
    url: 'https://herald.example.com/callbacks/texts',
    headers: {},
    body: Buffer.alloc(0),
    nowMs: NOW,
    ...request,
  })
  if (answer === undefined) throw new Error('nobody reads callbacks')
  return answer
}

export const TWILIO = {
  accountSid: `AC${'0'.repeat(32)}`,
  authToken: { env: 'TOKEN' },
  from: '+15005550006',
}
const TEMPLATES = {
  default: { id: 'T1', parameters: ['sender', 'text'] },
  'group-message': {
    id: 'T2',
    parameters: ['group', 'count'],
    languages: {
      'zh-Hant': { id: 'T3', parameters: [] },
      zh: { id: 'T4', parameters: ['sender'] },
    },
  },
}
export const ALIBABA = {
  accessKeyId: 'id-of-ours',
  accessKeySecret: { env: 'KEY' },
  signName: '阿里云',
  templates: TEMPLATES,
  reportSecret: { env: 'REPORTS' },
}
export const TENCENT = {
  secretId: 'id-of-ours',
  secretKey: { env: 'KEY' },
  sdkAppId: '1400006666',
  signName: '腾讯云',
  templates: TEMPLATES,
  reportSecret: { env: 'REPORTS' },
}
