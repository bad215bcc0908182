import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import { readRetryAfter } from '../retry-after.ts'
import { type FcmAnswer, readFcmAnswer } from './fcm-answer.ts'
import type { HttpAnswer } from './fcm-http.ts'

/** An outcome without the words that FCM gave. */
type Meaning =
  | { readonly kind: 'address-gone'; readonly mayBeOurs?: true }
  | { readonly kind: 'rejected' | 'misconfigured' }
  /** `waitMs` where FCM does not say for how long. */
  | { readonly kind: 'unavailable'; readonly waitMs?: number }

const REJECTED = { kind: 'rejected' } as const
const MISCONFIGURED = { kind: 'misconfigured' } as const
const UNAVAILABLE = { kind: 'unavailable' } as const
/** "Default to 60 seconds": https://firebase.google.com/docs/cloud-messaging/scale-fcm */
const TOO_MANY = { kind: 'unavailable', waitMs: 60_000 } as const
const TOKEN_AT_FAULT = { kind: 'address-gone', mayBeOurs: true } as const

/** https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode */
const BY_ERROR_CODE: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['UNREGISTERED', { kind: 'address-gone' }],
  // The token is another project's: perhaps our service account is that of the wrong one.
  ['SENDER_ID_MISMATCH', { kind: 'address-gone', mayBeOurs: true }],
  // Where it is about the token, see `isTokenAtFault`.
  ['INVALID_ARGUMENT', REJECTED],
  ['QUOTA_EXCEEDED', TOO_MANY],
  ['UNAVAILABLE', UNAVAILABLE],
  ['INTERNAL', UNAVAILABLE],
  // The project's APNs key or Web Push key is wrong. The fault is ours, but Android's deliveries must go
  // on: if nothing else is accepted, so many failures open the circuit.
  ['THIRD_PARTY_AUTH_ERROR', { kind: 'unavailable', waitMs: 600_000 }],
])

/** Without a code of FCM's own: https://cloud.google.com/apis/design/errors#handling_errors */
const BY_STATUS_NAME: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['INVALID_ARGUMENT', REJECTED],
  ['FAILED_PRECONDITION', REJECTED],
  ['OUT_OF_RANGE', REJECTED],
  ['UNAUTHENTICATED', MISCONFIGURED],
  ['PERMISSION_DENIED', MISCONFIGURED],
  // The project is not there; a token that is not there is UNREGISTERED.
  ['NOT_FOUND', MISCONFIGURED],
  ['RESOURCE_EXHAUSTED', TOO_MANY],
  ['INTERNAL', UNAVAILABLE],
  ['UNAVAILABLE', UNAVAILABLE],
  ['DEADLINE_EXCEEDED', UNAVAILABLE],
])

/** Without any word of Google's: by what stands between us and FCM, or a wrong endpoint. */
const BY_HTTP_STATUS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [400, REJECTED],
  [401, MISCONFIGURED],
  [403, MISCONFIGURED],
  [404, MISCONFIGURED],
  [413, REJECTED],
  [429, TOO_MANY],
])

export function outcomeOf(http: HttpAnswer, nowMs: number): SendOutcome {
  const answer = readFcmAnswer(http)
  const { messageName } = answer
  if (http.status === 200 && messageName !== undefined) {
    return { kind: 'accepted', providerId: messageName.slice(messageName.lastIndexOf('/') + 1) }
  }
  const meaning = meaningOf(http.status, answer)
  const reason = reasonOf(http.status, answer)
  if (meaning.kind !== 'unavailable') return { ...meaning, reason }
  const retryAfterMs = readRetryAfter(http.retryAfter, nowMs) ?? meaning.waitMs
  return { kind: 'unavailable', reason, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** Whether the token that we called with is at fault; APNs or a browser may have refused Google's. */
export function isOurTokenRefused(http: HttpAnswer): boolean {
  return http.status === 401 && readFcmAnswer(http).errorCode !== 'THIRD_PARTY_AUTH_ERROR'
}

function meaningOf(status: number, answer: FcmAnswer): Meaning {
  if (isTokenAtFault(answer)) return TOKEN_AT_FAULT
  return (
    BY_ERROR_CODE.get(answer.errorCode ?? '') ??
    BY_STATUS_NAME.get(answer.statusName ?? '') ??
    BY_HTTP_STATUS.get(status) ??
    UNAVAILABLE
  )
}

/** The sentence is from https://firebase.google.com/docs/cloud-messaging/error-codes, where no field is named. */
function isTokenAtFault({ errorCode, statusName, fields, message }: FcmAnswer): boolean {
  if (errorCode !== 'INVALID_ARGUMENT' && statusName !== 'INVALID_ARGUMENT') return false
  if (fields.includes('message.token')) return true
  return message === 'The registration token is not a valid FCM registration token'
}

function reasonOf(status: number, { errorCode, statusName, message }: FcmAnswer): string {
  const name = errorCode ?? statusName ?? `HTTP ${status}`
  return message === undefined ? name : `${name}: ${message}`
}
