import type { FieldReader } from '../../field-reader.ts'
import type { PostEndpoint } from '../../post-session.ts'
import { phoneFault } from '../e164.ts'
import { readEndpoint, readSegmentsMax } from '../sms-settings.ts'

export interface TwilioSettings {
  readonly endpoint: PostEndpoint
  readonly accountSid: string
  /** Whose requests they are: the account with its token, or a key with its secret. */
  readonly user: string
  readonly password: string
  /** What callbacks are signed with; undefined: none are believed. */
  readonly authToken: string | undefined
  readonly sender: { readonly From: string } | { readonly MessagingServiceSid: string }
  readonly segmentsMax: number
}

export function readTwilioSettings(fields: FieldReader): TwilioSettings | undefined {
  const endpoint = readEndpoint(fields, 'https://api.twilio.com')
  const accountSid = fields.text('accountSid', sidFault('AC'))
  const authToken = fields.optionalSecret('authToken')
  const key = readKey(fields) ?? { user: accountSid, password: authToken }
  const sender = readSender(fields)
  const segmentsMax = readSegmentsMax(fields)
  const { user, password } = key
  if (password === undefined && !fields.has('authToken') && !fields.has('apiKeySid')) {
    fields.fault('authToken', 'is missing', 'give it, or apiKeySid and apiKeySecret')
  }
  if (fields.faults.length > 0 || endpoint === undefined || accountSid === undefined)
    return undefined
  if (user === undefined || password === undefined || sender === undefined) return undefined
  return { endpoint, accountSid, user, password, authToken, sender, segmentsMax }
}

function readKey(fields: FieldReader) {
  const user = fields.optionalText('apiKeySid', sidFault('SK'))
  const password = fields.optionalSecret('apiKeySecret')
  if (fields.has('apiKeySid') === fields.has('apiKeySecret')) {
    return user === undefined ? undefined : { user, password }
  }
  fields.fault('apiKeySid', 'is of no use alone', 'give apiKeySid and apiKeySecret, or neither')
  return undefined
}

function readSender(fields: FieldReader): TwilioSettings['sender'] | undefined {
  const from = fields.optionalText('from', senderFault)
  const service = fields.optionalText('messagingServiceSid', sidFault('MG'))
  if (fields.has('from') === fields.has('messagingServiceSid')) {
    fields.fault('from', 'is not the only sender, or missing', 'give from or messagingServiceSid')
  }
  if (service !== undefined) return { MessagingServiceSid: service }
  return from === undefined ? undefined : { From: from }
}

function sidFault(prefix: string) {
  return (value: string) =>
    new RegExp(`^${prefix}[0-9a-f]{32}$`).test(value)
      ? undefined
      : `is not ${prefix} and 32 hexadecimal digits`
}

/** A number, a short code, or letters: https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id */
function senderFault(value: string): string | undefined {
  const isSender = phoneFault(value) === undefined || /^(\d{3,8}|[A-Za-z0-9 ]{1,11})$/.test(value)
  return isSender ? undefined : 'is no number in E.164, short code or name of at most 11 letters'
}
