import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/**
 * The first choice of the OWASP Password Storage Cheat Sheet: "Argon2id with a minimum configuration of
 * 19 MiB of memory, an iteration count of 2, and 1 degree of parallelism". Argon2id is the library's
 * default algorithm.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const
const SALT_BYTES = 16

/** Hashes a password with argon2id, off the main thread, into a PHC string. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST)
}

/** Whether `password` is the one that was hashed; off the main thread. */
export function verifyPassword(phc: string, password: string): Promise<boolean> {
  return verify(phc, password)
}

/**
 * A hash of no known password, which costs as much to verify as a real one: an unknown user must not
 * be told by the time that the answer takes.
 */
export function makeDecoyHash(): string {
  const { memoryCost, timeCost, parallelism, outputLen } = COST
  const [salt, digest] = [SALT_BYTES, outputLen].map((size) =>
    randomBytes(size).toString('base64').replaceAll('=', ''),
  )
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${digest}`
}
