import { createECDH, createPrivateKey, type KeyObject, sign } from 'node:crypto'

/** Base64url, as browsers and all libraries for Web Push write them. */
export interface VapidKeys {
  /** An uncompressed point of P-256: what a page gives as `applicationServerKey`. */
  readonly publicKey: string
  readonly privateKey: string
}

export interface VapidSettings extends VapidKeys {
  /** Whom push services write to if something is wrong: `mailto:` or `https:`. */
  readonly subject: string
}

export interface VapidSigner {
  /** The `Authorization` for calls to this origin. */
  authorize(origin: string, nowMs: number): string
}

/** RFC 8292 §2: at most 24 h. Half of that leaves room for clocks that go wrong. */
const LIFE_MS = 12 * 3_600_000
/** A token that is about to end would end on its way. */
const RENEW_BEFORE_MS = 3_600_000
/** Push services are few; whoever invents others must not fill the memory. */
const ORIGINS_MAX = 100

/** A signature costs more than the rest of the headers, so each origin's is kept for its life. */
export function createVapidSigner({ publicKey, privateKey, subject }: VapidSettings): VapidSigner {
  const key = privateKeyOf({ publicKey, privateKey })
  const kept = new Map<string, { readonly authorization: string; readonly until: number }>()
  return {
    authorize(origin, nowMs) {
      const known = kept.get(origin)
      if (known !== undefined && nowMs < known.until && known.until - nowMs <= LIFE_MS) {
        return known.authorization
      }
      const claims = { aud: origin, exp: Math.floor((nowMs + LIFE_MS) / 1000), sub: subject }
      const authorization = `vapid t=${signClaims(claims, key)}, k=${publicKey}`
      const [oldest] = kept.keys()
      if (kept.size >= ORIGINS_MAX && oldest !== undefined) kept.delete(oldest)
      kept.set(origin, { authorization, until: nowMs + LIFE_MS - RENEW_BEFORE_MS })
      return authorization
    },
  }
}

/** Keys for a new installation. Whoever changes them loses all subscriptions. */
export function makeVapidKeys(): VapidKeys {
  const ecdh = createECDH('prime256v1')
  const publicKey = ecdh.generateKeys('base64url')
  // Leading zeros are part of it.
  const privateKey = Buffer.from(ecdh.getPrivateKey('hex').padStart(64, '0'), 'hex')
  return { publicKey, privateKey: privateKey.toString('base64url') }
}

/** Whether the two belong together. */
export function isVapidPair({ publicKey, privateKey }: VapidKeys): boolean {
  const ecdh = createECDH('prime256v1')
  try {
    ecdh.setPrivateKey(Buffer.from(privateKey, 'base64url'))
  } catch {
    return false
  }
  return ecdh.getPublicKey('base64url') === publicKey
}

function privateKeyOf({ publicKey, privateKey }: VapidKeys): KeyObject {
  const point = Buffer.from(publicKey, 'base64url')
  const x = point.subarray(1, 33).toString('base64url')
  const y = point.subarray(33).toString('base64url')
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d: privateKey }, format: 'jwk' })
}

const HEADER = encode({ typ: 'JWT', alg: 'ES256' })

function signClaims(claims: object, key: KeyObject): string {
  const signed = `${HEADER}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
