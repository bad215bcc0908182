import { createPublicKey, type KeyObject } from 'node:crypto'
import { type Algorithm, createVerifier } from 'fast-jwt'
import { StartFault } from '../core/start-fault.ts'

export type JwtAlgorithm = Exclude<Algorithm, 'none'>
export type JwtPayload = Readonly<Record<string, unknown>>

/** A key that tokens are verified with, and the algorithms that it is good for. */
export interface JwtKey {
  readonly algorithms: readonly JwtAlgorithm[]
  /** The payload of a token that this key has signed; its claims are yet to be checked. */
  verify(token: string): JwtPayload | undefined
}

/** RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used". */
const RSA_BITS_MIN = 2048

const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const
const ALGORITHM_BY_CURVE: Readonly<Record<string, JwtAlgorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
}

/** A secret verifies HMACs and nothing else; undefined where none is allowed. */
export function secretKey(
  secret: string | Buffer,
  allowed: readonly JwtAlgorithm[],
): JwtKey | undefined {
  // With a public key for a secret, everybody could sign.
  if (secret.includes('-----BEGIN')) throw new StartFault('the JWT secret is a key in PEM form')
  const algorithms = allowed.filter((algorithm) => algorithm.startsWith('HS'))
  return algorithms.length === 0 ? undefined : jwtKey(secret, algorithms)
}

/** Throws a sentence to print where `pem` holds no public key that an allowed algorithm could use. */
export function pemKey(pem: string, allowed: readonly JwtAlgorithm[]): JwtKey {
  if (pem.includes('PRIVATE KEY')) {
    throw new StartFault('a JWT public key is a private one: Herald must be given the public half')
  }
  const key = publicKey(() => createPublicKey(pem), allowed)
  if (typeof key === 'string') throw new StartFault(`a JWT public key ${key}`)
  return key
}

/** The key that `read` gives, or what speaks against it. */
export function publicKey(
  read: () => KeyObject,
  allowed: readonly JwtAlgorithm[],
): JwtKey | string {
  const key = attempt(read)
  if (key === undefined) return "can't be read"
  const possible = algorithmsOf(key)
  if (typeof possible === 'string') return possible
  const algorithms = allowed.filter((algorithm) => possible.includes(algorithm))
  if (algorithms.length === 0) return `is for ${possible.join(', ')}: none of these is allowed`
  const pem = key.export({ type: 'spki', format: 'pem' })
  return jwtKey(pem, algorithms)
}

function algorithmsOf(key: KeyObject): readonly JwtAlgorithm[] | string {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return modulusLength < RSA_BITS_MIN ? `is shorter than ${RSA_BITS_MIN} bits` : RSA_ALGORITHMS
    case 'ec': {
      const algorithm = ALGORITHM_BY_CURVE[namedCurve]
      return algorithm === undefined ? `is on the curve ${namedCurve}` : [algorithm]
    }
    case 'ed25519':
    case 'ed448':
      return ['EdDSA']
    default:
      return `is of the type ${key.asymmetricKeyType}`
  }
}

function jwtKey(key: string | Buffer, algorithms: JwtAlgorithm[]): JwtKey {
  // Times are checked against our own clock, and what was verified is remembered by its digest.
  const verify = createVerifier({ key, algorithms, ignoreExpiration: true, ignoreNotBefore: true })
  return {
    algorithms,
    verify: (token) => attempt((): JwtPayload => verify(token)),
  }
}

/** To a token or key that can't be used there is no more to say, and errors may quote it. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
