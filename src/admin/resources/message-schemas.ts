import { type Static, type TProperties, Type } from 'typebox'
import type { MessageHead } from '../../core/ports/message-search.ts'
import { MESSAGE_KINDS } from '../../core/reach/chat-message.ts'
import type { MessageTrace } from '../../core/reach/message-trace.ts'
import { UNREACHED_REASONS } from '../../core/reach/reach-reason.ts'
import { choice, Identifier, named, nullable, Time } from '../schemas.ts'
import { DeliveryTraceBody, deliveryTraceBody, MessageId } from './delivery-schemas.ts'

const MESSAGE = {
  id: MessageId,
  kind: choice([...MESSAGE_KINDS, 'clear'] as const),
  inbox: Type.String({ description: 'Whose it is: `user/{uid}` or `group/{gid}`.' }),
  from: Type.String(),
  sentAt: Time,
  expiresAt: Time,
  appId: nullable(Type.String({ description: 'The app’s own id.' })),
  isSilent: Type.Boolean(),
  isForced: Type.Boolean(),
  mentions: Type.Array(Type.String()),
  mentionsAll: Type.Boolean(),
} satisfies TProperties

export const MessageBody = named('Message', MESSAGE, 'What was published, without what it says.')

const Unreached = named(
  'Unreached',
  {
    reason: Type.String(),
    because: nullable(Type.String()),
    recipients: Type.Integer(),
    uids: Type.Array(Type.String(), { description: 'The first of them.' }),
  },
  'Who was not reached, and why.',
)

const some = <const Title extends string>(title: Title, item: typeof Identifier, about: string) =>
  named(title, { items: Type.Array(item), total: Type.Integer() }, about)

export const MessageTraceBody = named(
  'MessageTrace',
  {
    ...MESSAGE,
    deliveries: named(
      'TracedDeliveries',
      { items: Type.Array(DeliveryTraceBody), total: Type.Integer() },
      'The first of them, and how many there are.',
    ),
    unreached: Type.Array(Unreached),
    awaited: some(
      'AwaitedUsers',
      Identifier,
      'Who counts as online and has not acknowledged it yet.',
    ),
  },
  'A message with who was reached and who not, and why.',
)

export const ContentBody = named(
  'MessageContent',
  {
    id: MessageId,
    content: Type.Unknown({ description: 'Null once nobody waits to be told of it any more.' }),
  },
  'What a notification of the message shows.',
)

export function messageBody(message: MessageHead): Static<typeof MessageBody> {
  return {
    id: message.id,
    kind: message.kind,
    inbox: message.inbox,
    from: message.from,
    sentAt: message.sentAt.toISOString(),
    expiresAt: message.expiresAt.toISOString(),
    appId: message.appId ?? null,
    isSilent: message.isSilent,
    isForced: message.isForced,
    mentions: [...message.mentions],
    mentionsAll: message.mentionsAll,
  }
}

export function messageTraceBody(trace: MessageTrace): Static<typeof MessageTraceBody> {
  const { day, id: messageId, deliveries, unreached, awaited } = trace
  return {
    ...messageBody(trace),
    deliveries: {
      items: deliveries.items.map((one) => deliveryTraceBody({ ...one, day, messageId })),
      total: deliveries.total,
    },
    unreached: unreached.map(({ reason, recipients, uids }) => ({
      reason,
      because: UNREACHED[reason] ?? null,
      recipients,
      uids: [...uids],
    })),
    awaited: { items: [...awaited.items], total: awaited.total },
  }
}

const UNREACHED: Readonly<Record<string, string>> = UNREACHED_REASONS
