import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import { fieldsOf, inFewWords, parseJson, wordsOf } from '../answer-json.ts'
import type { PostAnswer } from '../bounded-post.ts'
import { readRetryAfter } from '../retry-after.ts'

/** Push services whose words we know, by their hosts, or what these end with. */
type PushService = 'fcm' | 'mozilla' | 'apple' | 'windows'

const HOSTS: readonly (readonly [host: string, PushService])[] = [
  ['fcm.googleapis.com', 'fcm'],
  ['updates.push.services.mozilla.com', 'mozilla'],
  ['web.push.apple.com', 'apple'],
  ['.notify.windows.com', 'windows'],
]

interface Row {
  /** From whom; undefined: from anybody. */
  readonly from?: PushService
  readonly status: readonly [first: number, last: number]
  /** What the answer has to say. */
  readonly words?: RegExp
  readonly means: 'gone' | 'gone-or-ours' | 'rejected' | 'unavailable' | 'misconfigured'
}

/**
 * The first row that fits. A key that does not fit to a subscription is a subscription made with another
 * key (`gone-or-ours`): only where all say so is it our settings. What opens the circuit at once
 * (`misconfigured`) has to be about the token that all messages share, and said by a service that we know:
 * any user may name any endpoint, and most of what answers at Google's hosts says 401 to a stranger.
 */
export const OUTCOMES: readonly Row[] = [
  // https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers
  { from: 'apple', status: [400, 400], words: /VapidPkHashMismatch/, means: 'gone-or-ours' },
  { from: 'apple', status: [403, 403], words: /JwtToken/, means: 'misconfigured' },
  // https://mozilla-services.github.io/autopush-rs/errors.html: one number for all, so the words decide.
  { from: 'mozilla', status: [401, 401], words: /expir|audience/i, means: 'misconfigured' },
  // https://github.com/web-push-libs/web-push/issues/237: Google does not document it.
  { from: 'fcm', status: [400, 400], words: /UnauthorizedRegistration/, means: 'gone-or-ours' },
  // https://learn.microsoft.com/en-us/windows/apps/design/shell/tiles-and-notifications/push-request-response-headers#response-codes
  { from: 'windows', status: [406, 406], means: 'unavailable' },
  // RFC 8292 §4.2: 401 or 403 where the key is not the one that the subscription is restricted to.
  { status: [401, 401], means: 'gone-or-ours' },
  { status: [403, 403], means: 'gone-or-ours' },
  // RFC 8030 §7.3: 404 where the subscription has expired. All services say 410 as well.
  { status: [404, 404], means: 'gone' },
  { status: [410, 410], means: 'gone' },
  // RFC 9110 §15.5.9, RFC 8470 §5.2.
  { status: [408, 408], means: 'unavailable' },
  { status: [425, 425], means: 'unavailable' },
  // RFC 8030 §8.4, with Retry-After; 413 (§7.2) is among the rest.
  { status: [429, 429], means: 'unavailable' },
  { status: [500, 599], means: 'unavailable' },
  // No redirect is followed: it could lead anywhere.
  { status: [300, 499], means: 'rejected' },
]

export function outcomeOf(answer: PostAnswer, host: string, nowMs: number): SendOutcome {
  const { status, location = '', text } = answer
  // RFC 8030 §5: 201, and 202 where receipts were asked for; some services say 200.
  if (status >= 200 && status < 300) {
    return { kind: 'accepted', providerId: inFewWords(location) || String(status) }
  }
  const reason = `${status} ${wordsSaid(text)}`.trim()
  const row = OUTCOMES.find((one) => fits(one, answer, serviceOf(host)))
  switch (row?.means) {
    case 'gone':
      return { kind: 'address-gone', reason }
    case 'gone-or-ours':
      return { kind: 'address-gone', reason, mayBeOurs: true }
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

function fits(
  { from, status: [first, last], words }: Row,
  answer: PostAnswer,
  service?: PushService,
) {
  const { status, text } = answer
  if (status < first || status > last) return false
  if (from !== undefined && from !== service) return false
  return words === undefined || words.test(text)
}

function serviceOf(host: string): PushService | undefined {
  return HOSTS.find(([known]) =>
    known.startsWith('.') ? host.endsWith(known) : host === known,
  )?.[1]
}

/** Apple says `{"reason":…}`, Mozilla `{"message":…}`, Google plain text or a page. */
function wordsSaid(text: string): string {
  const { reason, message } = fieldsOf(parseJson(text))
  return wordsOf(reason) ?? wordsOf(message) ?? inFewWords(text.replaceAll(/<[^>]*>/g, ' '))
}
