import type { SendOutcome } from '../../../core/delivery/send-outcome.ts'
import { fieldsOf, parseJson, wordsOf } from '../../answer-json.ts'
import type { PostAnswer } from '../../bounded-post.ts'
import { readRetryAfter } from '../../retry-after.ts'
import {
  GONE,
  LATER,
  type MeaningTable,
  MISCONFIGURED,
  meaningOf,
  meaningOfStatus,
  outcomeAs,
  REJECTED,
  UNAVAILABLE,
} from '../sms-outcome.ts'

/**
 * https://www.twilio.com/docs/api/errors
 * What depends on the country of the number (21408, 21606, 21612) is refused for that number alone.
 */
export const TWILIO_CODES: MeaningTable = {
  '10001': MISCONFIGURED,
  '14107': UNAVAILABLE,
  '20001': REJECTED,
  '20003': MISCONFIGURED,
  '20005': MISCONFIGURED,
  '20006': MISCONFIGURED,
  '20008': MISCONFIGURED,
  '20403': MISCONFIGURED,
  '20404': MISCONFIGURED,
  '20429': UNAVAILABLE,
  '20500': UNAVAILABLE,
  '20503': UNAVAILABLE,
  '21211': GONE,
  '21212': MISCONFIGURED,
  '21214': GONE,
  '21217': GONE,
  '21265': GONE,
  '21266': REJECTED,
  '21401': GONE,
  '21408': REJECTED,
  '21421': GONE,
  '21602': REJECTED,
  '21603': MISCONFIGURED,
  '21604': REJECTED,
  '21606': REJECTED,
  '21608': REJECTED,
  '21609': MISCONFIGURED,
  '21610': GONE,
  '21611': UNAVAILABLE,
  '21612': REJECTED,
  '21614': GONE,
  '21617': REJECTED,
  '21635': GONE,
  '21659': MISCONFIGURED,
  '21660': MISCONFIGURED,
  '21701': MISCONFIGURED,
  '21703': MISCONFIGURED,
  '21704': MISCONFIGURED,
  '30001': UNAVAILABLE,
  '30002': MISCONFIGURED,
  '63038': LATER(3_600_000),
}

/** What a status callback says of a number that will never get a message. */
export const TWILIO_GONE_CODES: ReadonlySet<string> = new Set([
  '21211',
  '21610',
  '21614',
  '30005',
  '30006',
])

export function twilioOutcome(answer: PostAnswer, nowMs: number): SendOutcome {
  const { status, text } = answer
  const fields = fieldsOf(parseJson(text))
  if (status >= 200 && status < 300) return twilioAccepted(wordsOf(fields.sid), status)
  const code = wordsOf(fields.code) ?? ''
  const reason = [status, code, wordsOf(fields.message) ?? wordsOf(text)].filter(Boolean).join(' ')
  const meaning = meaningOf(TWILIO_CODES, code) ?? meaningOfStatus(status)
  return outcomeAs(meaning, reason, readRetryAfter(answer.retryAfter, nowMs))
}

/** Sent again it would cost again: whatever a status of success is followed by, it has been taken. */
function twilioAccepted(sid: string | undefined, status: number): SendOutcome {
  return { kind: 'accepted', providerId: sid ?? String(status) }
}
