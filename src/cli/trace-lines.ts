import { DISCARD_REASONS } from '../core/delivery/dead-states.ts'
import type { Recheck } from '../core/delivery/recheck.ts'
import { LIMIT_REASONS } from '../core/delivery/send-limits.ts'
import { WITHDRAWAL_REASONS } from '../core/delivery/withdrawal-reason.ts'
import type {
  DeliveryTrace,
  MessageTrace,
  Some,
  UnreachedTrace,
} from '../core/reach/message-trace.ts'
import { UNREACHED_REASONS } from '../core/reach/reach-reason.ts'
import { factLines } from './fact-lines.ts'

/** What became of a message, for people; of one user, where `uid` was asked for. */
export function traceLines(trace: MessageTrace, uid: string | undefined): string[] {
  const { deliveries, unreached, awaited } = trace
  const lines = [
    `${trace.kind} ${trace.id} from ${trace.from} to ${trace.inbox}`,
    ...factLines(messageFacts(trace)),
    ...deliveries.items.flatMap(deliveryLines),
    ...moreLine(deliveries, 'deliveries'),
    ...unreached.map((one) => unreachedLine(one, uid)),
    ...awaited.items.map((name) => `${name}: counts as online, but has not acknowledged it yet`),
    ...moreLine(awaited, 'who have not acknowledged it'),
  ]
  const isNobody = deliveries.total + unreached.length + awaited.total === 0
  return isNobody ? [...lines, nobodyLine(uid)] : lines
}

function messageFacts({ sentAt, expiresAt, appId, ...said }: MessageTrace) {
  const mentions = [...(said.mentionsAll ? ['all'] : []), ...said.mentions].join(', ')
  const facts = {
    sent: time(sentAt),
    expires: time(expiresAt),
    "app's id": appId,
    mentions: mentions === '' ? undefined : mentions,
    asks: [...(said.isSilent ? ['silence'] : []), ...(said.isForced ? ['force'] : [])].join(', '),
  }
  return Object.entries(facts).flatMap(([name, value]) => (value ? [{ name, value }] : []))
}

const DELIVERY_REASONS = { ...WITHDRAWAL_REASONS, ...LIMIT_REASONS, ...DISCARD_REASONS }

function deliveryLines(delivery: DeliveryTrace): string[] {
  const { uid, deviceId, channel = 'gone', provider, addressId, state, reason } = delivery
  const at = deviceId === undefined ? '' : ` on ${deviceId}`
  const why = reason === undefined ? '' : reasonWords(reason, DELIVERY_REASONS)
  return [
    `${uid}${at}: ${state}${why}`,
    ...factLines([
      { name: 'address', value: `${addressId}, ${channel} by ${provider}` },
      { name: 'decided', value: decisionWords(delivery) },
      { name: 'due', value: time(delivery.dueAt) },
      ...attemptFacts(delivery),
      ...endFacts(delivery),
      ...receiptFacts(delivery),
      ...prospectFacts(delivery.prospect),
    ]),
  ]
}

function decisionWords({ decidedAt, isLate, isSilent, step }: DeliveryTrace): string {
  return [
    time(decidedAt),
    ...(isLate ? ['late: the user had only seemed to be online'] : []),
    ...(isSilent ? ['without a sound'] : []),
    ...(step > 0 ? [`step ${step + 1} of the ladder`] : []),
  ].join(', ')
}

function attemptFacts({ attempts }: DeliveryTrace) {
  return attempts.map(({ attempt, outcome, reason, retryAt, endedAt }) => {
    const words = reason === undefined ? '' : ` "${reason}"`
    const again = retryAt === undefined ? '' : `, to be repeated at ${time(retryAt)}`
    return { name: `attempt ${attempt}`, value: `${time(endedAt)} ${outcome}${words}${again}` }
  })
}

function endFacts({ state, attempt, carrierId, providerId, finishedAt, expiresAt }: DeliveryTrace) {
  const ended = finishedAt === undefined ? '' : time(finishedAt)
  switch (state) {
    case 'sent':
      return [{ name: `attempt ${attempt}`, value: `${ended} accepted as ${providerId ?? '-'}` }]
    case 'folded':
      return [{ name: 'folded into', value: `message ${carrierId}` }]
    case 'queued':
    case 'claimed':
      return [{ name: 'expires', value: time(expiresAt) }]
    case 'failed':
    case 'expired':
    case 'withdrawn':
      return [{ name: 'ended', value: ended }]
  }
}

function receiptFacts(delivery: DeliveryTrace) {
  const { deliveredAt, openedAt, undeliveredAt, undeliveredReason } = delivery
  const why = undeliveredReason === undefined ? '' : ` "${undeliveredReason}"`
  return [
    ...(deliveredAt === undefined ? [] : [{ name: 'delivered', value: time(deliveredAt) }]),
    ...(openedAt === undefined ? [] : [{ name: 'opened', value: time(openedAt) }]),
    ...(undeliveredAt === undefined
      ? []
      : [{ name: 'undelivered', value: `${time(undeliveredAt)}${why}` }]),
  ]
}

function unreachedLine({ reason, recipients, uids }: UnreachedTrace, uid: string | undefined) {
  const names = uid ?? `${recipients} (${uids.join(', ')}${recipients > uids.length ? ', …' : ''})`
  return `${names}: not reached${reasonWords(reason, UNREACHED_REASONS)}`
}

/** A provider's own words speak for themselves. */
function reasonWords(reason: string, sentences: Readonly<Record<string, string>>): string {
  const words = sentences[reason]
  return words === undefined ? ` (${reason})` : ` (${reason}): ${words}`
}

function prospectFacts(prospect: Recheck | undefined) {
  if (prospect === undefined) return []
  return [{ name: 'by now', value: prospectWords(prospect) }]
}

function prospectWords(prospect: Recheck): string {
  switch (prospect.kind) {
    case 'send':
      return 'it would still be sent'
    case 'expired':
      return 'it has expired'
    case 'withdrawn':
      return `it would be withdrawn${reasonWords(prospect.reason, WITHDRAWAL_REASONS)}`
  }
}

function moreLine({ items, total }: Some<unknown>, what: string): string[] {
  return total > items.length ? [`and ${total - items.length} more ${what}`] : []
}

function nobodyLine(uid: string | undefined): string {
  if (uid === undefined) return 'nobody: it had no recipients'
  return `${uid}: nothing is known: no recipient, or one of those who were not reached and are not named`
}

function time(at: Date): string {
  return at.toISOString()
}
