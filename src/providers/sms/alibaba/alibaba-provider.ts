import { randomUUID } from 'node:crypto'
import type { Provider } from '../../../core/ports/provider.ts'
import type { PostAnswer } from '../../bounded-post.ts'
import { createPostSession } from '../../post-session.ts'
import type { ProviderKind, ProviderParts } from '../../provider-kind.ts'
import { canonicalPhone } from '../e164.ts'
import { ask, checkOf, createSmsProvider } from '../sms-provider.ts'
import { fillTemplate } from '../sms-templates.ts'
import { createAlibabaCallbacks } from './alibaba-callbacks.ts'
import { alibabaOutcome } from './alibaba-outcome.ts'
import { alibabaPhoneFault, writeSendSms } from './alibaba-payload.ts'
import { signAlibaba } from './alibaba-session.ts'
import { type AlibabaSettings, readAlibabaSettings } from './alibaba-settings.ts'

/** Alibaba Cloud's Short Message Service, Dysmsapi. */
export const alibabaSmsKind: ProviderKind = {
  kind: 'alibaba-sms',
  channels: ['sms'],
  tokenFault: alibabaPhoneFault,
  canonicalToken: canonicalPhone,
  read(fields) {
    const settings = readAlibabaSettings(fields)
    if (settings === undefined) return undefined
    const { name } = fields
    return { names: [name], open: async (parts) => [createAlibabaProvider(name, settings, parts)] }
  },
}

const VERSION = '2017-05-25'

function createAlibabaProvider(
  name: string,
  settings: AlibabaSettings,
  { render, now }: ProviderParts,
): Provider {
  const { endpoint, signName, templates, reportSecret } = settings
  const { host, origin } = endpoint.endpoint
  const session = createPostSession(endpoint)
  const outcomeOf = (answer: PostAnswer) => alibabaOutcome(answer, now())
  const callOf = (action: string, parameters: Readonly<Record<string, string>>) =>
    signAlibaba(
      { host, action, version: VERSION, parameters, nonce: randomUUID(), nowMs: now() },
      settings,
    )
  return createSmsProvider({
    name,
    session,
    outcomeOf,
    callbacks: reportSecret === undefined ? undefined : createAlibabaCallbacks(reportSecret),
    write(message) {
      const template = fillTemplate(templates, render, message)
      if (template === undefined) return undefined
      const { ref, address } = message
      return callOf('SendSms', writeSendSms({ ref, phone: address.token, signName, template }))
    },
    describe: ({ path, headers }) => ({
      target: `POST ${origin}${path}`,
      headers: { ...headers, authorization: 'ACS3-HMAC-SHA256 …' },
    }),
    async check(signal) {
      const call = callOf('QuerySmsTemplateList', { PageIndex: '1', PageSize: '1' })
      const outcome = await ask({ session, outcomeOf }, call, signal)
      const remedy = 'compare the access key with that of the console, and its rights to SMS'
      return checkOf(outcome, 'Alibaba Cloud lists SMS templates to this access key', remedy)
    },
  })
}
