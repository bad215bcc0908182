import type { Provider } from '../../../core/ports/provider.ts'
import type { PostAnswer, PostCall } from '../../bounded-post.ts'
import { createPostSession } from '../../post-session.ts'
import type { ProviderKind, ProviderParts } from '../../provider-kind.ts'
import { createWebhookSeal } from '../../standard-webhooks.ts'
import { createWebhookCallbacks } from '../../webhook/webhook-callbacks.ts'
import { outcomeOf as webhookOutcome } from '../../webhook/webhook-outcome.ts'
import { canonicalPhone, phoneFault } from '../e164.ts'
import { ask, checkOf, createSmsProvider } from '../sms-provider.ts'
import { smsTextOf } from '../sms-text.ts'
import { CHECK_BODY, writeHttpSms } from './http-payload.ts'
import { type HttpSmsSettings, readHttpSmsSettings } from './http-settings.ts'

/** A gateway of the company's own, or any vendor behind a few lines of code. */
export const httpSmsKind: ProviderKind = {
  kind: 'http-sms',
  channels: ['sms'],
  tokenFault: phoneFault,
  canonicalToken: canonicalPhone,
  read(fields) {
    const settings = readHttpSmsSettings(fields)
    if (settings === undefined) return undefined
    const { name } = fields
    return { names: [name], open: async (parts) => [createHttpSmsProvider(name, settings, parts)] }
  },
}

function createHttpSmsProvider(
  name: string,
  settings: HttpSmsSettings,
  { render, now }: ProviderParts,
): Provider {
  const { url, checkUrl, keys, segmentsMax } = settings
  const session = createPostSession({ ...settings, endpoint: url })
  const seal = createWebhookSeal(keys)
  const outcomeOf = (answer: PostAnswer) => webhookOutcome(answer, now())
  const callOf = ({ pathname, search }: URL, id: string, body: Buffer): PostCall => ({
    path: `${pathname}${search}`,
    headers: { ...HEADERS, ...seal.sign(id, body, now()) },
    body,
  })
  return createSmsProvider({
    name,
    session,
    outcomeOf,
    callbacks: createWebhookCallbacks(seal),
    write(message) {
      const text = smsTextOf(render, message, segmentsMax)
      if (text === undefined) return undefined
      const { ref, address } = message
      return callOf(url, ref, writeHttpSms({ to: address.token, text, ref }))
    },
    describe: ({ path, headers }) => ({
      target: `POST ${url.origin}${path}`,
      headers: { ...headers, 'webhook-signature': 'v1,…' },
    }),
    async check(signal) {
      if (checkUrl === undefined)
        return { kind: 'unproven', why: 'it has no checkUrl to be asked at' }
      const call = callOf(checkUrl, `check-${now()}`, CHECK_BODY)
      const outcome = await ask({ session, outcomeOf }, call, signal)
      const remedy = 'compare the address and the secret with those of the sender'
      return checkOf(outcome, `${checkUrl.href} took a check that we signed`, remedy)
    },
  })
}

const HEADERS = { 'content-type': 'application/json', 'user-agent': 'Herald' }
