import type { Provider } from '../../../core/ports/provider.ts'
import { createPostSession } from '../../post-session.ts'
import type { ProviderKind, ProviderParts } from '../../provider-kind.ts'
import { canonicalPhone, phoneFault } from '../e164.ts'
import { ask, checkOf, createSmsProvider } from '../sms-provider.ts'
import { smsTextOf } from '../sms-text.ts'
import { createTwilioCallbacks } from './twilio-callbacks.ts'
import { twilioOutcome } from './twilio-outcome.ts'
import { statusCallbackOf, writeTwilioBody } from './twilio-payload.ts'
import { createTwilioCalls } from './twilio-session.ts'
import { readTwilioSettings, type TwilioSettings } from './twilio-settings.ts'

/** Twilio's Programmable Messaging. */
export const twilioKind: ProviderKind = {
  kind: 'twilio',
  channels: ['sms'],
  tokenFault: phoneFault,
  canonicalToken: canonicalPhone,
  read(fields) {
    const settings = readTwilioSettings(fields)
    if (settings === undefined) return undefined
    const { name } = fields
    return { names: [name], open: async (parts) => [createTwilioProvider(name, settings, parts)] }
  },
}

function createTwilioProvider(
  name: string,
  settings: TwilioSettings,
  { render, publicUrl, now }: ProviderParts,
): Provider {
  const { endpoint, accountSid, authToken, sender, segmentsMax } = settings
  const session = createPostSession(endpoint)
  const calls = createTwilioCalls(settings)
  // Without the token nobody could tell Twilio's reports from others, so none are asked for.
  const reportsTo = authToken === undefined ? undefined : publicUrl
  const outcomeOf = (answer: Parameters<typeof twilioOutcome>[0]) => twilioOutcome(answer, now())
  return createSmsProvider({
    name,
    session,
    outcomeOf,
    callbacks: authToken === undefined ? undefined : createTwilioCallbacks(authToken),
    write(message) {
      const text = smsTextOf(render, message, segmentsMax)
      if (text === undefined) return undefined
      const { ref, address } = message
      const statusCallback =
        reportsTo === undefined ? undefined : statusCallbackOf(reportsTo, name, ref)
      return calls.create(writeTwilioBody({ to: address.token, text, statusCallback }, sender))
    },
    describe: ({ path, headers }) => ({
      target: `POST ${endpoint.endpoint.origin}${path}`,
      headers: { ...headers, authorization: 'Basic …' },
    }),
    async check(signal) {
      const outcome = await ask({ session, outcomeOf }, calls.account(), signal)
      const remedy = 'compare accountSid and authToken, or the API key, with those of the console'
      return checkOf(outcome, `Twilio knows ${accountSid} by these credentials`, remedy)
    },
  })
}
