import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FieldReader } from './field-reader.ts'

/**
 * Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * Several keys while one takes the other's place: all sign, and each proves.
 */
export interface WebhookSeal {
  sign(id: string, body: Buffer, nowMs: number): WebhookHeaders
  /** Undefined where it is signed by one of our keys, and no older than it may be. */
  faultOf(signed: SignedBody, nowMs: number): string | undefined
}

export type WebhookHeaders = Readonly<
  Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>
>

export interface SignedBody {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

/** As in the reference libraries. */
const TOLERANCE_SECONDS = 300

export function createWebhookSeal(keys: readonly Buffer[]): WebhookSeal {
  const digests = (id: string, timestamp: string, body: Buffer) =>
    keys.map((key) => createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest())

  return {
    sign(id, body, nowMs) {
      const timestamp = String(Math.floor(nowMs / 1000))
      const signatures = digests(id, timestamp, body).map((one) => `v1,${one.toString('base64')}`)
      return {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatures.join(' '),
      }
    },

    faultOf({ headers, body }, nowMs) {
      const id = headers['webhook-id']
      const timestamp = headers['webhook-timestamp']
      const signatures = headers['webhook-signature']
      if (!id || !timestamp || !signatures) return 'it is not signed'
      if (!/^\d{1,12}$/.test(timestamp)) return 'its timestamp is no number of seconds'
      const ageSeconds = Math.abs(nowMs / 1000 - Number(timestamp))
      if (ageSeconds > TOLERANCE_SECONDS) return 'its timestamp is not of these five minutes'
      const ours = digests(id, timestamp, body)
      const isOurs = signatures.split(' ').some((one) => isOneOf(ours, one))
      return isOurs ? undefined : 'it is signed with another key'
    },
  }
}

function isOneOf(digests: readonly Buffer[], signature: string): boolean {
  const [version, text = ''] = signature.split(',')
  const given = Buffer.from(text, 'base64')
  return (
    version === 'v1' &&
    digests.some((digest) => digest.length === given.length && timingSafeEqual(digest, given))
  )
}

const PREFIX = 'whsec_'

/** Keys as they are handed around, with white space between them; undefined where one is none. */
export function readWebhookKeys(text: string): readonly Buffer[] | undefined {
  const keys = text.split(/\s+/).map(readKey)
  return keys.every((key) => key !== undefined) ? keys : undefined
}

/** The same out of settings, with a fault where it is no such secret; `text` is what the field holds. */
export function readKeysOf(
  fields: FieldReader,
  field: string,
  text: string | undefined,
): readonly Buffer[] | undefined {
  const keys = text === undefined ? undefined : readWebhookKeys(text)
  if (text !== undefined && keys === undefined) {
    const remedy = 'give whsec_ and 24 to 64 bytes in base64, or several such with spaces between'
    fields.fault(field, 'is no secret of Standard Webhooks', remedy)
  }
  return keys
}

/** 24 to 64 bytes, as the specification says. */
function readKey(word: string): Buffer | undefined {
  if (!word.startsWith(PREFIX)) return undefined
  const encoded = word.slice(PREFIX.length)
  const key = Buffer.from(encoded, 'base64')
  const isWhole = key.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '')
  return isWhole && key.length >= 24 && key.length <= 64 ? key : undefined
}
