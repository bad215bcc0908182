import type { LoginQuestion, LoginRefusal, Proof } from '../core/access/login.ts'
import type { JwtPayload } from './jwt-key.ts'

/** Where a token's claims are, and what they must be. */
export interface ClaimRules {
  /** Undefined means that it is not checked. */
  readonly issuer?: string
  /** Undefined means that it is not checked. */
  readonly audience?: string
  readonly leewayMs: number
  readonly uidClaim: string
  /** A token without this claim is good for all devices of its user. */
  readonly clientIdClaim?: string
  readonly attrsClaim?: string
}

/** What a token says, once its signature, issuer and audience are right. Times in Unix seconds. */
export interface TokenClaims {
  readonly uid: string
  readonly clientId: string | undefined
  readonly expiresAt: number
  readonly notBefore: number | undefined
  readonly attrs: Readonly<Record<string, string>> | undefined
}

/** Reads the claims, or says why the token is no good to anybody at any time. */
export function readClaims(payload: JwtPayload, rules: ClaimRules): TokenClaims | LoginRefusal {
  const { exp, nbf, iss, aud } = payload
  const uid = payload[rules.uidClaim]
  const clientId = rules.clientIdClaim === undefined ? undefined : payload[rules.clientIdClaim]
  if (rules.issuer !== undefined && iss !== rules.issuer) return 'wrong-token'
  if (rules.audience !== undefined && !isFor(aud, rules.audience)) return 'wrong-token'
  if (typeof uid !== 'string') return 'wrong-token'
  if (clientId !== undefined && typeof clientId !== 'string') return 'wrong-token'
  if (nbf !== undefined && !isTime(nbf)) return 'wrong-token'
  // A token can't be withdrawn, so it must end (RFC 9068 §2.2 makes `exp` mandatory as well).
  if (exp === undefined) return 'endless-token'
  if (!isTime(exp)) return 'wrong-token'
  const attrs = rules.attrsClaim === undefined ? undefined : readAttrs(payload[rules.attrsClaim])
  return { uid, clientId, expiresAt: exp, notBefore: nbf, attrs }
}

/** Whether a token's claims prove who asks, at this moment. */
export function judgeClaims(
  claims: TokenClaims,
  { username, clientId }: LoginQuestion,
  leewayMs: number,
  nowMs: number,
): Proof {
  if (claims.uid !== username) return { kind: 'refused', reason: 'token-of-another-user' }
  if (claims.clientId !== undefined && claims.clientId !== clientId) {
    return { kind: 'refused', reason: 'token-of-another-device' }
  }
  const nowS = nowMs / 1000
  const leewayS = leewayMs / 1000
  // RFC 7519 §4.1.4: not accepted on or after `exp`; §4.1.5: nor before `nbf`.
  if (nowS >= claims.expiresAt + leewayS) return { kind: 'refused', reason: 'expired-token' }
  if (claims.notBefore !== undefined && nowS < claims.notBefore - leewayS) {
    return { kind: 'refused', reason: 'early-token' }
  }
  const expireAt = endOf(claims.expiresAt, leewayS, nowS)
  if (claims.attrs === undefined) return { kind: 'proved', expireAt }
  return { kind: 'proved', expireAt, clientAttrs: claims.attrs }
}

/** Brokers set a timer by it, and milliseconds taken for seconds end in the year 55,000. */
const CONNECTION_SECONDS_MAX = 10 * 365 * 86_400

/** When the connection must end: EMQX refuses a login whose end is past or no integer. */
function endOf(expiresAt: number, leewayS: number, nowS: number): number {
  const end = expiresAt > nowS ? expiresAt : expiresAt + leewayS
  return Math.ceil(Math.min(end, nowS + CONNECTION_SECONDS_MAX))
}

function isFor(aud: unknown, audience: string): boolean {
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** EMQX takes texts only: what can be written as one is, and the rest is left out. */
function readAttrs(claim: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof claim !== 'object' || claim === null || Array.isArray(claim)) return undefined
  const attrs = Object.entries(claim).flatMap(([name, value]): [string, string][] => {
    const text = textOf(value)
    return text === undefined || !name.isWellFormed() ? [] : [[name, text]]
  })
  return attrs.length === 0 ? undefined : Object.fromEntries(attrs)
}

function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return String(value)
    case 'string':
      // A lone surrogate has no UTF-8 form, so the broker could not read the answer.
      return value.isWellFormed() ? value : undefined
    default:
      return undefined
  }
}
