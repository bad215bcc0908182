import { createHmac, timingSafeEqual } from 'node:crypto'

// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
const PREFIX = 'whsec_'
const SECRET_BYTES = { min: 24, max: 64 } as const
const TOLERANCE_MS = 5 * 60_000

/** The bytes of `whsec_…`; undefined where it is no such secret. */
export function readWebhookSecret(text: string): Buffer | undefined {
  const base64 = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined
  const secret = Buffer.from(base64, 'base64')
  const isFine = secret.length >= SECRET_BYTES.min && secret.length <= SECRET_BYTES.max
  return isFine ? secret : undefined
}

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  readonly nowMs: number
}

/** What is wrong with a request's signature; undefined where nothing is. */
export function signatureFault(
  { headers, body, nowMs }: SignedRequest,
  secret: Buffer,
): string | undefined {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  const signatures = headers['webhook-signature']
  if (id === undefined || timestamp === undefined || signatures === undefined) return 'not signed'
  const ageMs = nowMs - Number(timestamp) * 1000
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(ageMs) > TOLERANCE_MS)
    return 'signed at another time'
  const wanted = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest()
  const isSigned = signatures
    .split(' ')
    .some((one) => one.startsWith('v1,') && isEqual(Buffer.from(one.slice(3), 'base64'), wanted))
  return isSigned ? undefined : 'signed by somebody else'
}

function isEqual(given: Buffer, wanted: Buffer): boolean {
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
