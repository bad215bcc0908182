import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import { type Fields, fieldsOf, inFewWords, parseJson, wordsOf } from '../answer-json.ts'
import type { PostAnswer } from '../bounded-post.ts'
import { readRetryAfter } from '../retry-after.ts'
import { readIsoTime } from './iso-time.ts'

interface Row {
  readonly status: readonly [first: number, last: number]
  readonly means: 'address-gone' | 'rejected' | 'unavailable' | 'misconfigured'
}

/**
 * The first row that fits, as `docs/providers/webhook.md` says. Whatever speaks against the URL rather
 * than the notification keeps the deliveries until it is right.
 */
export const OUTCOMES: readonly Row[] = [
  { status: [300, 399], means: 'misconfigured' },
  { status: [401, 401], means: 'misconfigured' },
  { status: [403, 405], means: 'misconfigured' },
  { status: [408, 408], means: 'unavailable' },
  { status: [410, 410], means: 'address-gone' },
  { status: [425, 425], means: 'unavailable' },
  { status: [429, 429], means: 'unavailable' },
  { status: [400, 499], means: 'rejected' },
  { status: [500, 599], means: 'unavailable' },
]

/** A status that says yes may be followed by an outcome in JSON, which says more. */
export function outcomeOf(answer: PostAnswer, nowMs: number): SendOutcome {
  const { status, text } = answer
  const fields = fieldsOf(parseJson(text))
  if (status >= 200 && status < 300) return saidOutcome(fields) ?? accepted(fields, status)
  const reason = `${status} ${wordsOf(fields.reason) ?? inFewWords(text)}`.trim()
  const row = OUTCOMES.find(({ status: [first, last] }) => status >= first && status <= last)
  switch (row?.means) {
    case 'address-gone':
      return { kind: 'address-gone', reason }
    case 'unavailable': {
      const retryAfterMs = readRetryAfter(answer.retryAfter, nowMs)
      return { kind: 'unavailable', reason, ...(retryAfterMs !== undefined && { retryAfterMs }) }
    }
    case 'misconfigured':
      return { kind: 'misconfigured', reason }
    case 'rejected':
    case undefined:
      return { kind: 'rejected', reason }
  }
}

function accepted({ id }: Fields, status: number): SendOutcome {
  return { kind: 'accepted', providerId: wordsOf(id) ?? String(status) }
}

/** Undefined where there is none that we know. */
function saidOutcome(fields: Fields): SendOutcome | undefined {
  const reason = wordsOf(fields.reason) ?? 'the sender gave no reason'
  switch (fields.outcome) {
    case 'address-gone': {
      const goneSince = readIsoTime(fields.goneSince)
      return { kind: 'address-gone', reason, ...(goneSince !== undefined && { goneSince }) }
    }
    case 'rejected':
    case 'misconfigured':
      return { kind: fields.outcome, reason }
    case 'unavailable': {
      const seconds = fields.retryAfterSeconds
      const isTime = typeof seconds === 'number' && seconds >= 0 && seconds < 1e9
      return { kind: 'unavailable', reason, ...(isTime && { retryAfterMs: seconds * 1000 }) }
    }
    default:
      return undefined
  }
}
