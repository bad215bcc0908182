import { CHANNELS, type Channel } from '../../core/reach/reach-policy.ts'
import type { FieldReader } from '../field-reader.ts'
import { readKeysOf } from '../standard-webhooks.ts'

export interface WebhookSettings {
  readonly url: URL
  readonly keys: readonly Buffer[]
  readonly channels: readonly Channel[]
  /** Whom to trust instead of the usual authorities, in PEM. */
  readonly ca: string | undefined
  readonly connectionsMax: number
}

export function readWebhookSettings(fields: FieldReader): WebhookSettings | undefined {
  const url = fields.text('url', urlFault)
  const keys = readKeysOf(fields, 'secret', fields.secret('secret'))
  const channels = readChannels(fields)
  const rest = {
    ca: fields.optionalSecret('ca'),
    // As many as a worker calls at once.
    connectionsMax: fields.integer('connectionsMax', { min: 1, max: 1_000, fallback: 100 }),
  }
  if (fields.faults.length > 0 || url === undefined || keys === undefined) return undefined
  return { url: new URL(url), keys, channels, ...rest }
}

function readChannels(fields: FieldReader): readonly Channel[] {
  const names = fields.texts('channels')
  const channels = CHANNELS.filter((channel) => names.includes(channel))
  if (channels.length === names.length && (channels.length > 0 || !fields.has('channels'))) {
    return channels.length > 0 ? channels : ['push']
  }
  const remedy = `name some of these, each once: ${CHANNELS.join(', ')}`
  fields.fault('channels', 'are no channels', remedy)
  return []
}

/** The company's own, so it may be anywhere in its network. */
function urlFault(value: string): string | undefined {
  const url = URL.parse(value)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    return 'is no address that begins with https:// or http://'
  }
  if (url.username !== '' || url.password !== '') return 'has a password in it, where logs show it'
  return url.hash === '' ? undefined : 'has a fragment, which is never sent'
}
