import { createPublicKey, type KeyObject } from 'node:crypto'

/** A browser's `PushSubscription`: where its push service is, and what only the browser can decrypt. */
export interface WebPushSubscription {
  readonly endpoint: Endpoint
  /** An uncompressed point of P-256, 65 bytes. */
  readonly p256dh: Buffer
  /** The same, as the cipher takes it. */
  readonly key: KeyObject
  /** 16 bytes. */
  readonly auth: Buffer
}

/** A URL in the parts in which it is called. */
export interface Endpoint {
  readonly href: string
  readonly origin: string
  readonly host: string
  readonly path: string
}

/** A subscription, or what is wrong with it in words that follow "token". */
export type SubscriptionReading =
  | { readonly kind: 'subscription'; readonly subscription: WebPushSubscription }
  | { readonly kind: 'fault'; readonly fault: string }

/** Longer than any push service's; what is stored has to have room for the keys beside it. */
const ENDPOINT_BYTES_MAX = 2048
const POINT_BYTES = 65
const UNCOMPRESSED = 4
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
  const key = point?.[0] === UNCOMPRESSED ? publicKeyOf(point) : undefined
  if (point === undefined || key === undefined) {
    return fault('must have a p256dh key that is an uncompressed point of P-256 in base64url')
  }
  const secret = bytesOf(auth, AUTH_BYTES)
  if (secret === undefined) return fault('must have an auth secret of 16 bytes in base64url')
  return {
    kind: 'subscription',
    subscription: { endpoint: partsOf(url), p256dh: point, key, auth: secret },
  }
}

export function subscriptionFault(token: string): string | undefined {
  const reading = readSubscription(token)
  return reading.kind === 'fault' ? reading.fault : undefined
}

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

function partsOf({ href, origin, hostname, pathname, search }: URL): Endpoint {
  return { href, origin, host: hostname, path: `${pathname}${search}` }
}

/** Undefined where it is not on the curve. */
function publicKeyOf(point: Buffer): KeyObject | undefined {
  const x = point.subarray(1, 33).toString('base64url')
  const y = point.subarray(33).toString('base64url')
  try {
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
  } catch {
    return undefined
  }
}

/** Some libraries write padding, or the other alphabet; what is written must be all there is. */
function bytesOf(value: unknown, length: number): Buffer | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')
  const bytes = Buffer.from(text, 'base64url')
  return bytes.length === length && bytes.toString('base64url') === text ? bytes : undefined
}

/**
 * Reads each only once, as long as it is among the last `max`: taking a key apart costs a fifth of what
 * encrypting does, and who gets one message gets others.
 */
export function createSubscriptionReader(max: number): (token: string) => SubscriptionReading {
  const known = new Map<string, SubscriptionReading>()
  return (token) => {
    const reading = known.get(token) ?? readSubscription(token)
    known.delete(token)
    known.set(token, reading)
    const [oldest] = known.keys()
    if (known.size > max && oldest !== undefined) known.delete(oldest)
    return reading
  }
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
