import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

const PREFIX = 'hk_'
const KEY = /^hk_([0-9a-z]{12})_[\w-]{43}$/
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'

/**
 * Makes a key to the REST API: `hk_`, an id to recognise it by, and 256 random bits, whose fast digest
 * is all that is kept.
 */
export function makeApiKey(): {
  readonly id: string
  readonly secret: string
  readonly digest: Buffer
} {
  const id = Array.from(randomBytes(12), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
  const secret = `${PREFIX}${id}_${randomBytes(32).toString('base64url')}`
  return { id, secret, digest: digestOfApiKey(secret) }
}

/** The id in a key; undefined where `secret` has not the form of one. */
export function apiKeyId(secret: string): string | undefined {
  return KEY.exec(secret)?.[1]
}

export function isApiKey(secret: string, digest: Buffer): boolean {
  return timingSafeEqual(digestOfApiKey(secret), digest)
}

/** What is kept of a key: it has 256 random bits, so a fast digest is enough. */
export function digestOfApiKey(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}
