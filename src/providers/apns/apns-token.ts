import { createPublicKey, sign } from 'node:crypto'
import type { ApnsKey } from './apns-settings.ts'

// Apple wants a new token once in 20 to 60 minutes: "Refresh your token regularly" at
// https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns
const RENEWED_AFTER_MS = 50 * 60_000
const RENEWED_AFTER_LEAST_MS = 20 * 60_000

/** The provider token of a key: proves to Apple who we are. Values are for the `authorization` header. */
export interface ApnsTokens {
  current(nowMs: number): string
  /**
   * Instead of `expired`, which Apple no longer takes; undefined where that is younger than what
   * Apple lets be renewed.
   */
  renewed(expired: string, nowMs: number): string | undefined
}

/** Gives everybody who has the same key the same token, also after settings were read again. */
export interface ApnsTokenShelf {
  tokensOf(key: ApnsKey): ApnsTokens
}

interface SignedToken {
  readonly authorization: string
  readonly signedAt: number
}

export function createApnsTokenShelf(): ApnsTokenShelf {
  const shelf = new Map<string, ApnsTokens>()
  return {
    tokensOf(key) {
      const name = nameOf(key)
      const tokens = shelf.get(name) ?? createApnsTokens(key)
      shelf.set(name, tokens)
      return tokens
    },
  }
}

function createApnsTokens(key: ApnsKey): ApnsTokens {
  let token: SignedToken | undefined
  const signed = (nowMs: number) => {
    token = { authorization: `bearer ${signToken(key, nowMs)}`, signedAt: nowMs }
    return token.authorization
  }
  return {
    current(nowMs) {
      const isGood = token !== undefined && ageMs(token, nowMs) < RENEWED_AFTER_MS
      return isGood ? (token?.authorization ?? signed(nowMs)) : signed(nowMs)
    },
    renewed(expired, nowMs) {
      if (token === undefined) return signed(nowMs)
      if (token.authorization !== expired) return token.authorization
      return ageMs(token, nowMs) >= RENEWED_AFTER_LEAST_MS ? signed(nowMs) : undefined
    },
  }
}

/** A clock that was set back has made an old token of one that seems to come from the future. */
function ageMs({ signedAt }: SignedToken, nowMs: number): number {
  return Math.abs(nowMs - signedAt)
}

function signToken({ teamId, keyId, privateKey }: ApnsKey, nowMs: number): string {
  const header = encode({ alg: 'ES256', kid: keyId })
  const claims = encode({ iss: teamId, iat: Math.floor(nowMs / 1_000) })
  const signature = sign('sha256', Buffer.from(`${header}.${claims}`), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return `${header}.${claims}.${signature.toString('base64url')}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** By what is public of it: two keys may have been given the same id by mistake. */
function nameOf({ teamId, keyId, privateKey }: ApnsKey): string {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return `${teamId}/${keyId}/${publicKey.toString('base64')}`
}
