import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { noteOwnReceipt } from '../../core/delivery/note-receipts.ts'
import { markRead } from '../../core/directory/mark-read.ts'
import type { UnreadConversation } from '../../core/directory/own-views.ts'
import type { ReadUpTo } from '../../core/reach/read-mark.ts'
import { choice, line, named, nullable, Time } from '../schemas.ts'
import { NOTHING } from '../write.ts'
import { callerOf } from './caller.ts'
import type { MeParts } from './me-parts.ts'
import { Conversation, demandOwnConversation } from './own-conversation.ts'
import { own } from './own-operation.ts'

const UnreadBody = named(
  'Unread',
  {
    badge: Type.Integer({
      minimum: 0,
      maximum: 99,
      description: 'As notifications carry it: without what is muted.',
    }),
    conversations: Type.Array(
      Type.Object({
        conversation: Conversation,
        unread: Type.Integer({ minimum: 1, maximum: 99, description: '99 may be more.' }),
        lastMessageAt: Time,
        readAt: nullable(Time),
      }),
      { description: 'Those with the newest messages first.' },
    ),
  },
  'What waits to be read.',
)

const MESSAGE_ID_BYTES_MAX = 128

const ReadMarkRequest = named(
  'ReadMarkRequest',
  {
    conversation: Conversation,
    upTo: Type.Optional(
      Type.Union([
        Type.Object({ time: Time }, { additionalProperties: false }),
        Type.Object({ message: line(MESSAGE_ID_BYTES_MAX) }, { additionalProperties: false }),
      ]),
    ),
  },
  'How far a conversation was read: to a time, to a message with an id of the app’s own, or to now.',
)

const ReadMarkBody = named(
  'OwnReadMark',
  { conversation: Conversation, readAt: Time },
  'How far a conversation was read.',
)

const ReceiptRequest = named(
  'OwnReceipt',
  {
    ref: line(64, 'The `ref` of a notification.'),
    kind: choice(['delivered', 'opened']),
    at: Type.Optional(Time),
  },
  'What became of a notification on the device.',
)

/** No entries in the audit log: to read is no change that anybody asks after. */
export const readingRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  app.get(
    '/unread',
    own('readUnread', 'Counts what waits to be read.', { response: { 200: UnreadBody } }),
    async (request) => {
      const { badge, conversations } = await options.own.unread(
        callerOf(request).uid,
        options.now(),
      )
      return { badge, conversations: conversations.map(unreadBody) }
    },
  )

  app.post(
    '/read-marks',
    own('markOwnRead', 'Marks a conversation as read, here and on one’s other devices.', {
      body: ReadMarkRequest,
      response: { 200: ReadMarkBody },
    }),
    async (request) => {
      const { uid, clientId } = callerOf(request)
      const { conversation, upTo } = request.body
      await demandOwnConversation(options.own, uid, conversation)
      const { readAt } = await markRead(
        { marker: options.marker, nowMs: options.now() },
        { uid, conversation, upTo: readUpTo(upTo), deviceId: clientId },
      )
      return { conversation, readAt: new Date(readAt).toISOString() }
    },
  )

  app.post(
    '/receipts',
    own('sendReceipt', 'Says that a notification arrived, or was opened.', {
      body: ReceiptRequest,
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const now = options.now()
      const { ref, kind, at } = request.body
      const receipt = { ref, kind, reason: undefined, at: at === undefined ? now : Date.parse(at) }
      await noteOwnReceipt(options.receipts, callerOf(request).uid, receipt, now)
      return reply.code(204).send(null)
    },
  )
}

function readUpTo(upTo: Static<typeof ReadMarkRequest>['upTo']): ReadUpTo | undefined {
  if (upTo === undefined) return undefined
  return 'time' in upTo
    ? { kind: 'time', at: Date.parse(upTo.time) }
    : { kind: 'message', appId: upTo.message }
}

function unreadBody({ lastMessageAt, readAt, ...rest }: UnreadConversation) {
  return {
    ...rest,
    lastMessageAt: lastMessageAt.toISOString(),
    readAt: readAt?.toISOString() ?? null,
  }
}
