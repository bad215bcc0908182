import { availableParallelism } from 'node:os'
import type { LoginFacts, LoginLink, LoginQuestion, Proof } from '../core/access/login.ts'
import type { LoginThrottle } from '../core/access/login-throttle.ts'
import type { PasswordHashes } from '../core/ports/login-ports.ts'
import { looksLikeToken } from './credential-form.ts'
import { makeDecoyHash, verifyPassword } from './password-hash.ts'
import { createPasswordMemory, type PasswordMemory } from './password-memory.ts'
import type { PasswordSettings } from './password-settings.ts'
import { createWorkQueue } from './work-queue.ts'

export interface PasswordLinkParts {
  readonly hashes: PasswordHashes
  readonly throttle: LoginThrottle
  readonly settings: PasswordSettings
  /** In milliseconds. */
  readonly now: () => number
}

/**
 * Argon2 fills a core for 10 ms. One core stays free for the other questions, and two of libuv's four
 * threads for what else needs them.
 */
const RUNNING_MAX = Math.max(1, Math.min(2, availableParallelism() - 1))
const PASSWORD_BYTES_MAX = 1024

type Outcome = 'right' | 'wrong' | 'queue-full'

/**
 * Logins by user password.
 *
 * Who is slowed down is refused before anything else, right password or not: a guess that is answered
 * from memory is a guess as well. A wrong password that comes again (a tablet that was not told of
 * the new one) is no further guess, and costs nothing.
 */
export function createPasswordLink(parts: PasswordLinkParts): LoginLink {
  const { throttle, settings, now } = parts
  const memory = createPasswordMemory(settings, now)
  const verify = createVerification(parts, memory)
  return {
    name: 'password',
    mayProvision: false,
    storedProof: 'password-version',
    recognises: isPassword,
    async prove(question, facts) {
      const { username, address, credential } = question
      const { user, passwordVersion } = await facts()
      if (throttle.isSlowed(username, address)) return SLOWED_DOWN
      const key = memory.keyOf(username, passwordVersion, credential)
      const known = memory.isRight(key)
      if (known === true) throttle.ended(username, address, 'right')
      if (known !== undefined) return proofOf(known, user)
      const outcome = await verify(question, passwordVersion, key)
      return outcome === 'queue-full' ? QUEUE_FULL : proofOf(outcome === 'right', user)
    },
  }
}

function isPassword(credential: string): boolean {
  if (looksLikeToken(credential) || !credential.isWellFormed()) return false
  return Buffer.byteLength(credential) <= PASSWORD_BYTES_MAX
}

type Verification = (
  question: LoginQuestion,
  version: string | undefined,
  key: string,
) => Promise<Outcome>

/** Returns what asks argon2, once for all who ask the same at the same time. */
function createVerification(
  { hashes, throttle, settings }: PasswordLinkParts,
  memory: PasswordMemory,
): Verification {
  const queue = createWorkQueue({ runningMax: RUNNING_MAX, waitingMax: settings.queueMax })
  const underWay = new Map<string, Promise<Outcome>>()
  const decoy = makeDecoyHash()

  const verify: Verification = async ({ username, credential }, version, key) => {
    const outcome = await queue.run(async () => {
      const stored = await hashes.find(username)
      const isRight = await verifyPassword(stored?.hash ?? decoy, credential)
      // The password may have changed since the facts were read, and the key is bound to the older.
      if (stored?.version === version) memory.remember(key, isRight)
      return isRight
    })
    if (outcome === undefined) return 'queue-full'
    return outcome ? 'right' : 'wrong'
  }

  const verifyCounted: Verification = async (question, version, key) => {
    const { username, address } = question
    let outcome: Outcome = 'queue-full'
    throttle.started(username, address)
    try {
      outcome = await verify(question, version, key)
      return outcome
    } finally {
      underWay.delete(key)
      throttle.ended(username, address, outcome === 'queue-full' ? 'undecided' : outcome)
    }
  }

  return (question, version, key) => {
    const same = underWay.get(key)
    if (same !== undefined) return same
    const verification = verifyCounted(question, version, key)
    underWay.set(key, verification)
    return verification
  }
}

function proofOf(isRight: boolean, user: LoginFacts['user']): Proof {
  if (isRight) return PROVED
  return user === 'unknown' || user === 'deleted'
    ? { kind: 'refused', reason: `${user}-user` }
    : WRONG
}

const PROVED: Proof = { kind: 'proved' }
const WRONG: Proof = { kind: 'refused', reason: 'wrong-password' }
const SLOWED_DOWN: Proof = { kind: 'unavailable', reason: 'slowed-down' }
const QUEUE_FULL: Proof = { kind: 'unavailable', reason: 'password-queue-full' }
