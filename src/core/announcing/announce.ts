import type { AnnouncementOutbox } from '../ports/announcement-outbox.ts'
import type { BrokerAnswer, BrokerControl } from '../ports/broker-control.ts'
import type { ClaimedAnnouncement } from './announcement.ts'

export interface AnnounceParts {
  readonly outbox: AnnouncementOutbox
  readonly broker: Pick<BrokerControl, 'publish'>
  readonly log: { warn(fields: object, message: string): void }
  readonly now: () => Date
}

/** Published at once, and claimed at once. */
const CLAIM_MAX = 20
const LEASE_MS = 60_000
const PUBLISH_MS = 10_000
const BACKOFF_MAX_MS = 60_000

/**
 * Publishes what is due, until nothing is or the broker won't have more. What was published when the
 * process dies is published again: an announcement says what a request has become, and may say it twice.
 */
export async function announceDue(parts: AnnounceParts): Promise<void> {
  for (;;) {
    const now = parts.now()
    const until = new Date(now.getTime() + LEASE_MS)
    const claimed = await parts.outbox.claim(now, until, CLAIM_MAX)
    const answers = await Promise.all(claimed.map((one) => publish(parts, one)))
    const done = claimed.filter((_, at) => answers[at]?.kind === 'done')
    await parts.outbox.remove(done.map(({ id }) => id))
    for (const [at, one] of claimed.entries()) await postpone(parts, one, answers[at])
    if (claimed.length < CLAIM_MAX || done.length < claimed.length) return
  }
}

async function publish(
  { broker }: AnnounceParts,
  { topic, payload }: ClaimedAnnouncement,
): Promise<BrokerAnswer<undefined>> {
  const message = { topic, payload: Buffer.from(payload), qos: 1 } as const
  return broker.publish(message, AbortSignal.timeout(PUBLISH_MS))
}

async function postpone(
  { outbox, log, now }: AnnounceParts,
  { id, attempt }: ClaimedAnnouncement,
  answer: BrokerAnswer<undefined> | undefined,
): Promise<void> {
  if (answer === undefined || answer.kind === 'done') return
  const waitMs =
    answer.kind === 'unavailable' ? (answer.retryAfterMs ?? backoffMs(attempt)) : BACKOFF_MAX_MS
  const reason = 'reason' in answer ? answer.reason : answer.kind
  log.warn({ announcement: id, attempt, reason, retryInMs: waitMs }, 'announcement will be retried')
  await outbox.postpone(id, new Date(now().getTime() + waitMs))
}

function backoffMs(attempt: number): number {
  return Math.min(1_000 * 2 ** (attempt - 1), BACKOFF_MAX_MS)
}
