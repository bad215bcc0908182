import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { type JwtAlgorithm, type JwtKey, publicKey } from './jwt-key.ts'

/** A key of a JWK set. */
export interface PublishedKey {
  readonly kid: string | undefined
  readonly key: JwtKey
}

/** Keys by their JSON text, so that one that stays in the set stays the same object. */
export type KeySet = ReadonlyMap<string, PublishedKey>

/** More keys than anybody publishes: a token without `kid` is tried against all of them. */
const KEYS_MAX = 64

/**
 * Reads the keys of a JWK set (RFC 7517 §5) that an allowed algorithm can use. As it asks, keys that
 * we don't understand are passed over; a set without any that we do is no set.
 */
export function parseKeySet(
  text: string,
  allowed: readonly JwtAlgorithm[],
  former: KeySet,
): KeySet | undefined {
  const set = new Map<string, PublishedKey>()
  for (const jwk of readKeys(text).slice(0, KEYS_MAX)) {
    const id = JSON.stringify(jwk)
    const key = former.get(id) ?? readKey(jwk, allowed)
    if (key !== undefined) set.set(id, key)
  }
  return set.size === 0 ? undefined : set
}

function readKeys(text: string): readonly unknown[] {
  const set: unknown = JSON.parse(text)
  if (typeof set !== 'object' || set === null || !('keys' in set)) return []
  return Array.isArray(set.keys) ? set.keys : []
}

/** RFC 7517 §4 and RFC 7518 §6. `oct` is not among them: a secret that is published is none. */
const KEY_TYPES: readonly unknown[] = ['RSA', 'EC', 'OKP']

function readKey(jwk: unknown, allowed: readonly JwtAlgorithm[]): PublishedKey | undefined {
  if (!isJwk(jwk) || !KEY_TYPES.includes(jwk.kty)) return undefined
  const { kid, alg, use, key_ops: uses } = jwk
  if (kid !== undefined && typeof kid !== 'string') return undefined
  if (use !== undefined && use !== 'sig') return undefined
  if (uses !== undefined && !(Array.isArray(uses) && uses.includes('verify'))) return undefined
  const algorithms = alg === undefined ? allowed : allowed.filter((one) => one === alg)
  const key = publicKey(() => createPublicKey({ key: publicHalf(jwk), format: 'jwk' }), algorithms)
  return typeof key === 'string' ? undefined : { kid, key }
}

function isJwk(value: unknown): value is JsonWebKey {
  return typeof value === 'object' && value !== null
}

/** Takes no more than a public key has, whatever else was published. */
function publicHalf({ kty, n, e, crv, x, y }: JsonWebKey): JsonWebKey {
  const fields = Object.entries({ kty, n, e, crv, x, y })
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined))
}
