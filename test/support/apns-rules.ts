import type { KeyObject } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http2'
import { createVerifier } from 'fast-jwt'

export interface AppleRulesOptions {
  readonly teamId: string
  readonly keyId: string
  readonly bundleId: string
  readonly publicKey: KeyObject
  readonly now: () => number
}

interface Request {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Answer {
  readonly status: number
  readonly body?: string
}

const HOUR_MS = 3_600_000
const UPDATE_LEAST_MS = 20 * 60_000
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Apple's rules as its documentation has them, written without looking at our code: tokens are checked
 * by fast-jwt, which our code does not use.
 */
export function readAppleRules(options: AppleRulesOptions): (request: Request) => Answer {
  const judgeToken = createTokenJudge(options)
  return (request) => {
    const refusal =
      judgeToken(request.headers.authorization) ??
      judgeRequest(request, options.bundleId) ??
      judgeDevice(request.path)
    if (refusal === undefined) return { status: 200 }
    const [status, reason] = refusal
    return { status, body: JSON.stringify({ reason }) }
  }
}

type Refusal = readonly [status: number, reason: string]

function createTokenJudge({ teamId, keyId, publicKey, now }: AppleRulesOptions) {
  const verify = createVerifier({
    key: String(publicKey.export({ type: 'spki', format: 'pem' })),
    algorithms: ['ES256'],
    requiredClaims: ['iss', 'iat'],
    allowedIss: teamId,
    complete: true,
    cache: false,
  })
  let last: { token: string; seenAt: number } | undefined
  return (authorization: string | undefined): Refusal | undefined => {
    if (authorization === undefined) return [403, 'MissingProviderToken']
    const token = authorization.replace(/^bearer /, '')
    const read = readToken(verify, token)
    if (read === undefined || read.kid !== keyId) return [403, 'InvalidProviderToken']
    if (now() - read.iat * 1_000 > HOUR_MS) return [403, 'ExpiredProviderToken']
    if (last !== undefined && last.token !== token && now() - last.seenAt < UPDATE_LEAST_MS) {
      return [429, 'TooManyProviderTokenUpdates']
    }
    if (last?.token !== token) last = { token, seenAt: now() }
    return undefined
  }
}

function readToken(
  verify: (token: string) => { header: { kid?: string }; payload: { iat: number } },
  token: string,
) {
  try {
    const { header, payload } = verify(token)
    return { kid: header.kid, iat: payload.iat }
  } catch {
    return undefined
  }
}

function judgeRequest({ method, headers, body }: Request, bundleId: string): Refusal | undefined {
  if (method !== 'POST') return [405, 'MethodNotAllowed']
  const { 'apns-push-type': type, 'apns-topic': topic, 'apns-priority': priority } = headers
  if (topic === undefined) return [400, 'MissingTopic']
  if (topic !== (type === 'voip' ? `${bundleId}.voip` : bundleId)) return [400, 'TopicDisallowed']
  if (type !== 'alert' && type !== 'background' && type !== 'voip') return [400, 'InvalidPushType']
  if (priority !== '5' && priority !== '10') return [400, 'BadPriority']
  if (type === 'background' && priority !== '5') return [400, 'BadPriority']
  if (!UUID.test(String(headers['apns-id']))) return [400, 'BadMessageId']
  if (!/^\d+$/.test(String(headers['apns-expiration']))) return [400, 'BadExpirationDate']
  if (Buffer.byteLength(String(headers['apns-collapse-id'])) > 64) return [400, 'BadCollapseId']
  if (body === '') return [400, 'PayloadEmpty']
  if (Buffer.byteLength(body) > (type === 'voip' ? 5_120 : 4_096)) return [413, 'PayloadTooLarge']
  return undefined
}

function judgeDevice(path: string): Refusal | undefined {
  const [, token] = /^\/3\/device\/([0-9a-f]+)$/.exec(path) ?? []
  if (token === undefined) return [404, 'BadPath']
  return token.length !== 64 || /^0+$/.test(token) ? [400, 'BadDeviceToken'] : undefined
}
