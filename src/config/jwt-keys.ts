import type { KeyObject } from 'node:crypto'
import type { JwtAlgorithm } from './config.ts'

/** RFC 7518 §3.3 and §3.5: RSA keys have at least so many bits. */
const RSA_BITS_MIN = 2048

/** RFC 7518 §3.4: each ES algorithm has one curve. Names are OpenSSL's. */
const CURVES: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
}

/** Signed with a key that both sides know. */
export function isSymmetric(algorithm: JwtAlgorithm): boolean {
  return algorithm.startsWith('HS')
}

/** RFC 7518 §3.2: an HMAC key is at least as long as the hash. */
export function secretBytesMin(algorithm: JwtAlgorithm): number {
  return Number(algorithm.slice(2)) / 8
}

/** Whether signatures of `algorithm` can be checked with `key`. */
export function fits(key: KeyObject, algorithm: JwtAlgorithm): boolean {
  if (/^(RS|PS)/.test(algorithm)) return key.asymmetricKeyType === 'rsa'
  if (algorithm === 'EdDSA') return key.asymmetricKeyType === 'ed25519'
  const curve = key.asymmetricKeyDetails?.namedCurve
  return curve !== undefined && curve === CURVES[algorithm]
}

/** Whether a key is too weak to be used at all. */
export function isShort(key: KeyObject): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength
  return bits !== undefined && bits < RSA_BITS_MIN
}

/** A key in words, such as "ec (secp384r1)". */
export function describeKey(key: KeyObject): string {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {}
  const detail = namedCurve ?? (modulusLength === undefined ? undefined : `${modulusLength} bits`)
  return `${key.asymmetricKeyType}${detail === undefined ? '' : ` (${detail})`}`
}
