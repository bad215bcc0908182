import { createECDH } from 'node:crypto'

/** A browser's `PushSubscription`: where its push service is, and what only the browser can decrypt. */
export interface WebPushSubscription {
  readonly endpoint: URL
  /** An uncompressed point of P-256, 65 bytes. */
  readonly p256dh: Buffer
  /** 16 bytes. */
  readonly auth: Buffer
}

/** A subscription, or what is wrong with it in words that follow "token". */
export type SubscriptionReading =
  | { readonly kind: 'subscription'; readonly subscription: WebPushSubscription }
  | { readonly kind: 'fault'; readonly fault: string }

/** Longer than any push service's; what is stored has to have room for the keys beside it. */
const ENDPOINT_BYTES_MAX = 2048
const POINT_BYTES = 65
const AUTH_BYTES = 16

/** Reads what `JSON.stringify(subscription)` gives in a browser. */
export function readSubscription(token: string): SubscriptionReading {
  const { endpoint, keys } = fieldsOf(parse(token))
  const { p256dh, auth } = fieldsOf(keys)
  const url = typeof endpoint === 'string' ? URL.parse(endpoint) : null
  if (url === null) return fault('must be the JSON of a PushSubscription, with an endpoint')
  const endpointFault = faultOfEndpoint(url)
  if (endpointFault !== undefined) return fault(endpointFault)
  const point = bytesOf(p256dh, POINT_BYTES)
  if (point === undefined || point[0] !== 4) {
    return fault('must have a p256dh key of 65 bytes, an uncompressed point, in base64url')
  }
  const secret = bytesOf(auth, AUTH_BYTES)
  if (secret === undefined) return fault('must have an auth secret of 16 bytes in base64url')
  return { kind: 'subscription', subscription: { endpoint: url, p256dh: point, auth: secret } }
}

/** Also checks what costs time, so that it is known before anything is encrypted. */
export function subscriptionFault(token: string): string | undefined {
  const reading = readSubscription(token)
  if (reading.kind === 'fault') return reading.fault
  return isOnCurve(reading.subscription.p256dh) ? undefined : NOT_ON_CURVE
}

export const NOT_ON_CURVE = 'has a p256dh key that is no point of P-256'

/** The endpoint first: migration 0022 knows an address by it. */
export function canonicalSubscription(token: string): string {
  const reading = readSubscription(token)
  if (reading.kind === 'fault') return token
  const { endpoint, p256dh, auth } = reading.subscription
  const keys = { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') }
  return JSON.stringify({ endpoint: endpoint.href, keys })
}

/** Whom it really leads to is only known when it is called, see `public-address.ts`. */
function faultOfEndpoint(url: URL): string | undefined {
  if (url.protocol !== 'https:') return 'must have an endpoint that begins with https://'
  if (url.username !== '' || url.password !== '') return 'must have an endpoint without a password'
  if (url.hash !== '') return 'must have an endpoint without a fragment'
  if (Buffer.byteLength(url.href) > ENDPOINT_BYTES_MAX) {
    return `must have an endpoint of at most ${ENDPOINT_BYTES_MAX} bytes`
  }
  return undefined
}

function isOnCurve(point: Buffer): boolean {
  const ecdh = createECDH('prime256v1')
  ecdh.generateKeys()
  try {
    ecdh.computeSecret(point)
    return true
  } catch {
    return false
  }
}

/** Some libraries write padding, or the other alphabet; what is written must be all there is. */
function bytesOf(value: unknown, length: number): Buffer | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')
  const bytes = Buffer.from(text, 'base64url')
  return bytes.length === length && bytes.toString('base64url') === text ? bytes : undefined
}

function fault(words: string): SubscriptionReading {
  return { kind: 'fault', fault: words }
}

function parse(token: string): unknown {
  try {
    return JSON.parse(token)
  } catch {
    return undefined
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
