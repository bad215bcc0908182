import type { Provider } from '../../../core/ports/provider.ts'
import type { PostAnswer } from '../../bounded-post.ts'
import { createPostSession } from '../../post-session.ts'
import type { ProviderKind, ProviderParts } from '../../provider-kind.ts'
import { canonicalPhone, phoneFault } from '../e164.ts'
import { ask, checkOf, createSmsProvider } from '../sms-provider.ts'
import { fillTemplate } from '../sms-templates.ts'
import { createTencentCallbacks } from './tencent-callbacks.ts'
import { tencentAnswer, tencentOutcome } from './tencent-outcome.ts'
import { writeSendSms } from './tencent-payload.ts'
import { signTencent } from './tencent-session.ts'
import { readTencentSettings, type TencentSettings } from './tencent-settings.ts'

/** Tencent Cloud's SMS. */
export const tencentSmsKind: ProviderKind = {
  kind: 'tencent-sms',
  channels: ['sms'],
  tokenFault: phoneFault,
  canonicalToken: canonicalPhone,
  read(fields) {
    const settings = readTencentSettings(fields)
    if (settings === undefined) return undefined
    const { name } = fields
    return { names: [name], open: async (parts) => [createTencentProvider(name, settings, parts)] }
  },
}

const VERSION = '2021-01-11'

function createTencentProvider(
  name: string,
  settings: TencentSettings,
  { render, now }: ProviderParts,
): Provider {
  const { endpoint, region, sdkAppId, signName, templates, reportSecret } = settings
  const { host, origin } = endpoint.endpoint
  const session = createPostSession(endpoint)
  const callOf = (action: string, body: object) =>
    signTencent(
      {
        host,
        service: 'sms',
        action,
        version: VERSION,
        region,
        body: JSON.stringify(body),
        nowMs: now(),
      },
      settings,
    )
  return createSmsProvider({
    name,
    session,
    outcomeOf: (answer) => tencentOutcome(answer, now()),
    callbacks: reportSecret === undefined ? undefined : createTencentCallbacks(reportSecret),
    write(message) {
      const template = fillTemplate(templates, render, message)
      if (template === undefined) return undefined
      const { ref, address } = message
      const phone = address.token
      return callOf('SendSms', writeSendSms({ ref, phone, sdkAppId, signName, template }))
    },
    describe: ({ path, headers }) => ({
      target: `POST ${origin}${path}`,
      headers: { ...headers, authorization: 'TC3-HMAC-SHA256 …' },
    }),
    async check(signal) {
      const call = callOf('DescribeSmsTemplateList', { International: 0, Limit: 1, Offset: 0 })
      const outcomeOf = (answer: PostAnswer) => tencentAnswer(answer, now())
      const outcome = await ask({ session, outcomeOf }, call, signal)
      const remedy = 'compare the key with that of the console, its rights to SMS and the region'
      return checkOf(outcome, 'Tencent Cloud lists SMS templates to this key', remedy)
    },
  })
}
