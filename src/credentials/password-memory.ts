import { hash, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { PasswordSettings } from './password-settings.ts'

/** What argon2 said of a password, kept so that it need not be asked again. */
export interface PasswordMemory {
  /** What a password is remembered by: of no use outside this process, nor for a later version. */
  keyOf(uid: string, version: string | undefined, password: string): string
  /** Undefined where it is not known. */
  isRight(key: string): boolean | undefined
  remember(key: string, isRight: boolean): void
}

/** Wrong ones have a place of their own, or guessing would push out what is right. */
const WRONG_MAX = 10_000

export function createPasswordMemory(
  { memoryMax, memoryTtlMs }: Pick<PasswordSettings, 'memoryMax' | 'memoryTtlMs'>,
  now: () => number,
): PasswordMemory {
  const processKey = randomBytes(32).toString('base64')
  const right = createCache(memoryMax, memoryTtlMs, now)
  const wrong = createCache(Math.min(memoryMax, WRONG_MAX), memoryTtlMs, now)
  return {
    // A key before the text makes a sound MAC of a hash that can't be extended, as SHA-512/256 can't
    // (RFC 2104 §6 has HMAC for those that can); HMAC takes three times as long. No uid holds U+0000.
    keyOf: (uid, version = '', password) =>
      hash('sha512-256', `${processKey}${uid}\0${version}\0${password}`, 'binary'),
    isRight(key) {
      if (right?.get(key) === true) return true
      return wrong?.get(key) === true ? false : undefined
    },
    remember: (key, isRight) => void (isRight ? right : wrong)?.set(key, true),
  }
}

/** Forgets what was not asked for in `ttl` ms; undefined where nothing may be kept. */
function createCache(max: number, ttl: number, now: () => number) {
  if (max === 0) return undefined
  // The resolution it has by itself is kept by a timer of its own, not by our clock.
  const time = { ttl, updateAgeOnGet: true, ttlResolution: 0, perf: { now } }
  return new LRUCache<string, true>({ max, ...time })
}
