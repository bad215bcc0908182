import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createSigner } from 'fast-jwt'
import type { JwtAlgorithm } from '../../src/credentials/jwt-key.ts'
import type { JwtSettings } from '../../src/credentials/jwt-link.ts'
import { START_S } from './login-world.ts'

export interface Signer {
  readonly algorithm: JwtAlgorithm
  /** PEM. */
  readonly privateKey: string
  /** PEM. */
  readonly publicKey: string
  readonly publicObject: KeyObject
}

export const SECRET = 'a secret that is long enough for an HMAC with SHA-512, 64 bytes of it'

const RSA = pair(generateKeyPairSync('rsa', { modulusLength: 2048 }))
const EC = {
  ES256: pair(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  ES384: pair(generateKeyPairSync('ec', { namedCurve: 'P-384' })),
  ES512: pair(generateKeyPairSync('ec', { namedCurve: 'P-521' })),
}

/** Someone who signs with `algorithm`; the RSA ones share a key. */
export function aSigner(algorithm: JwtAlgorithm): Signer {
  switch (algorithm) {
    case 'ES256':
    case 'ES384':
    case 'ES512':
      return { algorithm, ...EC[algorithm] }
    case 'EdDSA':
      return { algorithm, ...pair(generateKeyPairSync('ed25519')) }
    default:
      return { algorithm, ...RSA }
  }
}

/** Another key of the same kind. */
export function anotherSigner(algorithm: JwtAlgorithm): Signer {
  switch (algorithm) {
    case 'ES256':
      return { algorithm, ...pair(generateKeyPairSync('ec', { namedCurve: 'P-256' })) }
    case 'ES384':
      return { algorithm, ...pair(generateKeyPairSync('ec', { namedCurve: 'P-384' })) }
    case 'ES512':
      return { algorithm, ...pair(generateKeyPairSync('ec', { namedCurve: 'P-521' })) }
    case 'EdDSA':
      return { algorithm, ...pair(generateKeyPairSync('ed25519')) }
    default:
      return { algorithm, ...pair(generateKeyPairSync('rsa', { modulusLength: 2048 })) }
  }
}

function pair({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }) {
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    publicObject: publicKey,
  }
}

/** Ann's claims for an hour; `undefined` leaves a claim out. */
export function aPayload(claims: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const payload = { sub: 'ann', exp: START_S + 3600, ...claims }
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined))
}

export function sign(
  { algorithm, privateKey }: Signer,
  claims: Readonly<Record<string, unknown>> = {},
  kid?: string,
): string {
  const header = kid === undefined ? {} : { kid }
  return createSigner({ key: privateKey, algorithm, noTimestamp: true, ...header })(
    aPayload(claims),
  )
}

export interface Hmac {
  readonly algorithm?: JwtAlgorithm
  readonly secret?: string
}

/** Signs without a library, so that claims may be anything. */
export function signWithSecret(
  claims: Readonly<Record<string, unknown>> = {},
  { algorithm = 'HS256', secret = SECRET }: Hmac = {},
): string {
  const header = JSON.stringify({ alg: algorithm })
  return signParts(header, JSON.stringify(aPayload(claims)), { algorithm, secret })
}

/** Signs whatever header and payload. */
export function signParts(
  header: string | Buffer,
  payload: string | Buffer,
  { algorithm = 'HS256', secret = SECRET }: Hmac = {},
): string {
  const input = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.')
  const hmac = createHmac(`sha${algorithm.slice(2)}`, secret).update(input)
  return `${input}.${hmac.digest('base64url')}`
}

/** Settings for HS256 with `SECRET`; a test states what differs. */
export function aJwtSettings(settings: Partial<JwtSettings> = {}): JwtSettings {
  return {
    algorithms: ['HS256'],
    secret: SECRET,
    publicKeys: [],
    leewayMs: 0,
    uidClaim: 'sub',
    attrsClaim: 'client_attrs',
    provision: false,
    ...settings,
  }
}
