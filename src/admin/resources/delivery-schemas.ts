import { type Static, type TProperties, Type } from 'typebox'
import { DISCARD_REASONS } from '../../core/delivery/dead-states.ts'
import { writeDeliveryRef } from '../../core/delivery/delivery-ref.ts'
import { LIMIT_REASONS } from '../../core/delivery/send-limits.ts'
import { WITHDRAWAL_REASONS } from '../../core/delivery/withdrawal-reason.ts'
import type { FoundDelivery } from '../../core/ports/dead-deliveries.ts'
import type { AttemptTrace, DeliveryTrace } from '../../core/reach/message-trace.ts'
import { CHANNELS } from '../../core/reach/reach-policy.ts'
import { choice, Identifier, NumberedId, named, nullable, Time } from '../schemas.ts'

/** The name that a delivery has outside as well: apps find it in `herald.ref`. */
export const DeliveryId = Type.String({
  pattern: '^[0-9]{8}-[0-9a-f]{32}-[0-9]{1,18}$',
  examples: ['20261125-0006447af2ad4c7ef44600000a3b0001-17'],
})

export const MessageId = Type.String({
  pattern: '^[0-9a-fA-F]{32}$',
  description: 'The broker’s id of the message.',
  examples: ['0006447af2ad4c7ef44600000a3b0001'],
})

/** All states, as deliveries are read; only some are searched by. */
const STATES = ['queued', 'claimed', 'sent', 'failed', 'expired', 'withdrawn', 'folded'] as const

const DELIVERY = {
  id: DeliveryId,
  messageId: MessageId,
  uid: Identifier,
  deviceId: nullable(Identifier),
  addressId: NumberedId,
  channel: nullable(choice(CHANNELS)),
  provider: Type.String(),
  state: choice(STATES),
  reason: nullable(
    Type.String({ description: 'Why it ended so: a word of ours, or the provider’s own.' }),
  ),
  because: nullable(
    Type.String({ description: 'The same in a sentence, where it is a word of ours.' }),
  ),
  isSilent: Type.Boolean(),
  isLate: Type.Boolean({ description: 'Decided again: the user had only seemed to be online.' }),
  step: Type.Integer({ description: 'Of the ladder of channels, from 0.' }),
  decidedAt: Time,
  dueAt: Time,
  expiresAt: Time,
  attempt: Type.Integer({ description: 'Calls to the provider so far.' }),
  carrierId: nullable(MessageId),
  providerId: nullable(Type.String({ description: 'The provider’s own id of what it accepted.' })),
  finishedAt: nullable(Time),
  deliveredAt: nullable(Time),
  openedAt: nullable(Time),
  undeliveredAt: nullable(Time),
  undeliveredReason: nullable(Type.String()),
} satisfies TProperties

const Attempt = named(
  'Attempt',
  {
    attempt: Type.Integer(),
    outcome: Type.String(),
    reason: nullable(Type.String({ description: 'The provider’s own words.' })),
    retryAt: nullable(Time),
    endedAt: Time,
  },
  'A call to a provider that did not end in a yes.',
)

const Prospect = named(
  'Prospect',
  {
    kind: choice(['send', 'expired', 'withdrawn']),
    reason: nullable(Type.String()),
    because: nullable(Type.String()),
  },
  'What would be said of what waits if it were to be sent now.',
)

export const DeliveryBody = named('Delivery', DELIVERY, 'One notification to one address.')

export const DeliveryTraceBody = named(
  'DeliveryTrace',
  { ...DELIVERY, attempts: Type.Array(Attempt), prospect: nullable(Prospect) },
  'A delivery with its attempts.',
)

const SENTENCES: Readonly<Record<string, string>> = {
  ...WITHDRAWAL_REASONS,
  ...LIMIT_REASONS,
  ...DISCARD_REASONS,
}

function sentenceOf(reason: string | undefined): string | null {
  return reason === undefined ? null : (SENTENCES[reason] ?? null)
}

type Key = Pick<FoundDelivery, 'day' | 'messageId'>

export function deliveryBody(delivery: DeliveryTrace & Key): Static<typeof DeliveryBody> {
  const { day, messageId, addressId, reason } = delivery
  return {
    id: writeDeliveryRef({ day, messageId, addressId }),
    messageId,
    uid: delivery.uid,
    deviceId: delivery.deviceId ?? null,
    addressId,
    channel: delivery.channel ?? null,
    provider: delivery.provider,
    state: delivery.state,
    reason: reason ?? null,
    because: sentenceOf(reason),
    isSilent: delivery.isSilent,
    isLate: delivery.isLate,
    step: delivery.step,
    decidedAt: delivery.decidedAt.toISOString(),
    dueAt: delivery.dueAt.toISOString(),
    expiresAt: delivery.expiresAt.toISOString(),
    attempt: delivery.attempt,
    carrierId: delivery.carrierId ?? null,
    providerId: delivery.providerId ?? null,
    finishedAt: timeOf(delivery.finishedAt),
    deliveredAt: timeOf(delivery.deliveredAt),
    openedAt: timeOf(delivery.openedAt),
    undeliveredAt: timeOf(delivery.undeliveredAt),
    undeliveredReason: delivery.undeliveredReason ?? null,
  }
}

export function deliveryTraceBody(delivery: DeliveryTrace & Key): Static<typeof DeliveryTraceBody> {
  return {
    ...deliveryBody(delivery),
    attempts: delivery.attempts.map(attemptBody),
    prospect: prospectBody(delivery.prospect),
  }
}

function attemptBody({ reason, retryAt, endedAt, ...attempt }: AttemptTrace) {
  return {
    ...attempt,
    reason: reason ?? null,
    retryAt: timeOf(retryAt),
    endedAt: endedAt.toISOString(),
  }
}

function prospectBody(prospect: DeliveryTrace['prospect']): Static<typeof Prospect> | null {
  if (prospect === undefined) return null
  if (prospect.kind !== 'withdrawn') return { kind: prospect.kind, reason: null, because: null }
  return { ...prospect, because: sentenceOf(prospect.reason) }
}

function timeOf(at: Date | undefined): string | null {
  return at?.toISOString() ?? null
}
