import { hash, timingSafeEqual } from 'node:crypto'
import type { LoginFacts, LoginLink, Proof, StoredSecret } from '../core/access/login.ts'
import { isDeviceSecret } from './credential-form.ts'

/** Logins by device secret. `now` is in milliseconds. */
export function createDeviceSecretLink(now: () => number): LoginLink {
  return {
    name: 'secret',
    mayProvision: false,
    storedProof: 'secrets',
    recognises: isDeviceSecret,
    async prove({ credential }, facts) {
      const known = await facts()
      if (known.user === 'unknown' || known.user === 'deleted') {
        return { kind: 'refused', reason: `${known.user}-user` }
      }
      return proveDevice(credential, known, now() / 1000)
    },
  }
}

function proveDevice(secret: string, { device, secrets }: LoginFacts, nowS: number): Proof {
  // Both come without secrets to compare with; the log should say why.
  if (device === 'foreign' || device === 'revoked') {
    return { kind: 'refused', reason: `${device}-device` }
  }
  const digest = hash('sha256', secret, 'buffer')
  let proof: Proof = WRONG
  for (const stored of secrets) {
    if (!matches(digest, stored)) continue
    if (stored.expiresAt === undefined) return PROVED
    if (stored.expiresAt > nowS) return { kind: 'proved', expireAt: Math.ceil(stored.expiresAt) }
    proof = EXPIRED
  }
  return proof
}

function matches(digest: Buffer, stored: StoredSecret): boolean {
  const bytes = Buffer.from(stored.digest, 'base64url')
  return bytes.length === digest.length && timingSafeEqual(bytes, digest)
}

const PROVED: Proof = { kind: 'proved' }
const WRONG: Proof = { kind: 'refused', reason: 'wrong-secret' }
const EXPIRED: Proof = { kind: 'refused', reason: 'expired-secret' }
