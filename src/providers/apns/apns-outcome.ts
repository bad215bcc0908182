import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import { readRetryAfter } from '../retry-after.ts'
import type { ApnsAnswer } from './apns-call.ts'
import { APNS_REASONS, type ApnsVerdict, ENDPOINT_REMEDY, KEY_REMEDY } from './apns-reasons.ts'

const REASONS: ReadonlyMap<string, ApnsVerdict> = new Map(Object.entries(APNS_REASONS))

/** What an answer means, and what Apple says, `400 BadDeviceToken`; undefined where it is a yes. */
export interface ReadAnswer {
  readonly said: string
  readonly reason: string
  readonly verdict: ApnsVerdict
  /** Milliseconds since 1970; of a token that is gone. */
  readonly timestamp: number | undefined
}

export function apnsOutcome(answer: ApnsAnswer, nowMs: number): SendOutcome {
  if (answer.kind === 'lost') return { kind: 'unavailable', reason: answer.reason }
  if (answer.kind === 'untrusted') return { kind: 'misconfigured', reason: answer.reason }
  if (answer.status === 200) return { kind: 'accepted', providerId: answer.apnsId }
  const { said, verdict, timestamp } = readRefusal(answer.status, answer.body)
  switch (verdict.means) {
    case 'rejected':
      return { kind: 'rejected', reason: said }
    case 'misconfigured':
      return { kind: 'misconfigured', reason: `${said}: ${verdict.remedy}` }
    case 'address-gone': {
      const gone = { kind: 'address-gone', reason: said, mayBeOurs: verdict.mayBeOurs } as const
      return timestamp === undefined ? gone : { ...gone, goneSince: timestamp }
    }
    case 'unavailable': {
      const retryAfterMs = readRetryAfter(answer.retryAfter, nowMs)
      const busy = { kind: 'unavailable', reason: said } as const
      return retryAfterMs === undefined ? busy : { ...busy, retryAfterMs }
    }
  }
}

/** By the reason; by the status where Apple has made up a new one. */
export function readRefusal(status: number, body: string): ReadAnswer {
  const { reason, timestamp } = fieldsOf(body)
  const verdict = REASONS.get(reason) ?? verdictOf(status, reason)
  return { said: `${status} ${reason}`.trimEnd(), reason, verdict, timestamp }
}

/** A no without a reason is not Apple's, or half of it: nothing is given up because of that. */
function verdictOf(status: number, reason: string): ApnsVerdict {
  switch (status) {
    case 400:
    case 413:
      return { status, means: reason === '' ? 'unavailable' : 'rejected' }
    case 403:
      return { status, means: 'misconfigured', remedy: KEY_REMEDY }
    case 410:
      if (reason === '') return { status, means: 'unavailable' }
      return { status, means: 'address-gone', mayBeOurs: false }
    default:
      if (status >= 500 || status === 429) return { status, means: 'unavailable' }
      return { status, means: 'misconfigured', remedy: ENDPOINT_REMEDY }
  }
}

function fieldsOf(body: string): { reason: string; timestamp: number | undefined } {
  const { reason, timestamp } = objectOf(body)
  return {
    reason: typeof reason === 'string' ? reason.slice(0, 100) : '',
    timestamp: typeof timestamp === 'number' && timestamp > 0 ? timestamp : undefined,
  }
}

function objectOf(body: string): { reason?: unknown; timestamp?: unknown } {
  try {
    return { ...JSON.parse(body) }
  } catch {
    return {}
  }
}

/** Whether another token may do. */
export function isExpiredToken(answer: ApnsAnswer): boolean {
  if (answer.kind !== 'answered' || answer.status !== 403) return false
  return readRefusal(answer.status, answer.body).reason === 'ExpiredProviderToken'
}
