import { sign } from 'node:crypto'
import { readRetryAfter } from '../retry-after.ts'
import type { AccessAnswer, FetchAccess } from './fcm-access.ts'
import { type FcmHttp, type HttpAnswer, outcomeOfFault } from './fcm-http.ts'
import type { ServiceAccount } from './fcm-service-account.ts'

export interface TokenExchange {
  readonly account: ServiceAccount
  /** In full, as the assertion names it. */
  readonly tokenEndpoint: string
  readonly http: FcmHttp
  readonly now: () => number
}

/** As long as Google takes assertions for. */
const ASSERTION_SECONDS = 3_600
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging'
/** Shorter than a call may take: those who wait for the token still have time to send. */
const EXCHANGE_MS = 5_000

/** Has an assertion that the service account signed exchanged for a token: RFC 7523 §2.1. */
export function createTokenExchange(exchange: TokenExchange): FetchAccess {
  const { tokenEndpoint, http, now } = exchange
  const { pathname, search } = new URL(tokenEndpoint)
  return async () => {
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: writeAssertion(exchange, Math.floor(now() / 1_000)),
    })
    try {
      const answer = await http.post(
        {
          path: `${pathname}${search}`,
          contentType: 'application/x-www-form-urlencoded',
          authorization: undefined,
          body: body.toString(),
        },
        AbortSignal.timeout(EXCHANGE_MS),
      )
      return readAnswer(answer, now())
    } catch (error) {
      const { kind, reason } = outcomeOfFault(error)
      return { kind, reason: `no access token: ${reason}` }
    }
  }
}

function writeAssertion({ account, tokenEndpoint }: TokenExchange, iat: number): string {
  const { email, key, keyId } = account
  const exp = iat + ASSERTION_SECONDS
  const header = encode({ alg: 'RS256', typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) })
  const claims = encode({ iss: email, scope: SCOPE, aud: tokenEndpoint, iat, exp })
  const signature = sign('RSA-SHA256', Buffer.from(`${header}.${claims}`), key)
  return `${header}.${claims}.${signature.toString('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function readAnswer({ status, retryAfter, body }: HttpAnswer, nowMs: number): AccessAnswer {
  const fields = fieldsOf(body)
  const text = (name: string) => {
    const value = fields.get(name)
    return typeof value === 'string' ? value : undefined
  }
  const token = text('access_token')
  const seconds = Number(fields.get('expires_in'))
  if (status === 200 && token !== undefined && seconds > 0) {
    return { kind: 'granted', token, lifeMs: seconds * 1_000 }
  }
  const words = [text('error') ?? `HTTP ${status}`, text('error_description')]
  const reason = `no access token: ${words.filter(Boolean).join(', ')}`
  // RFC 6749 §5.2: with 400 or 401, the request or whoever makes it is at fault.
  if (status >= 400 && status < 500 && status !== 429) return { kind: 'misconfigured', reason }
  const retryAfterMs = readRetryAfter(retryAfter, nowMs)
  return { kind: 'unavailable', reason, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

function fieldsOf(body: string): ReadonlyMap<string, unknown> {
  try {
    return new Map(Object.entries({ ...JSON.parse(body) }))
  } catch {
    return new Map()
  }
}
