import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { NotedReport } from '../../core/delivery/note-receipts.ts'
import type { Receipt } from '../../core/delivery/receipt.ts'
import type { ReadRequest } from '../../core/directory/mark-read.ts'
import type { ReadMark } from '../../core/reach/read-mark.ts'
import { doing } from '../making.ts'
import { write } from '../operation.ts'
import { readTime } from '../read-time.ts'
import { choice, Identifier, line, named, Time } from '../schemas.ts'
import { type WriteParts, writer } from '../write.ts'
import { DeliveryId } from './delivery-schemas.ts'

/** What apps report: both change nothing where they are repeated, and have transactions of their own. */
export interface ReceiptRoutesOptions extends WriteParts {
  readonly noteReceipts: (receipts: readonly Receipt[]) => Promise<NotedReport>
  readonly markRead: (request: ReadRequest) => Promise<ReadMark>
}

const RECEIPTS_MAX = 1000

const ReceiptBody = named(
  'Receipt',
  {
    ref: DeliveryId,
    kind: choice(['delivered', 'opened', 'undelivered']),
    at: Type.Optional(Time),
    reason: Type.Optional(line(500, 'Why it was not delivered.')),
  },
  'What became of a notification after its provider had accepted it.',
)

const ReceiptsBody = named(
  'Receipts',
  { receipts: Type.Array(ReceiptBody, { minItems: 1, maxItems: RECEIPTS_MAX }) },
  'In any order; the earliest time of each kind counts.',
)

const NotedBody = named(
  'NotedReceipts',
  {
    noted: Type.Integer(),
    unknown: Type.Integer({ description: 'Of deliveries that there are not, or not any more.' }),
  },
  'How many receipts were of deliveries that there are.',
)

const NewReadMarkBody = named(
  'NewReadMark',
  {
    uid: Identifier,
    conversation: line(300, '`user/{uid}` or `group/{gid}`, as the reader sees it.'),
    upTo: Type.Optional(Time),
    upToMessage: Type.Optional(line(128, 'Instead, the app’s own id of a message.')),
    deviceId: Type.Optional(Identifier),
  },
  'How far a conversation was read; up to now where nothing is said.',
)

const ReadMarkBody = named(
  'ReadMark',
  { uid: Identifier, conversation: Type.String(), readAt: Time },
  'How far a user has read a conversation.',
)

export const receiptRoutes: FastifyPluginAsyncTypebox<ReceiptRoutesOptions> = async (
  app,
  options,
) => {
  const { parts, noteReceipts, markRead } = options
  const change = writer(options)

  app.post(
    '/receipts',
    write('notifications', 'noteReceipts', 'Notes what apps report of notifications.', {
      body: ReceiptsBody,
      response: { 200: NotedBody },
    }),
    async (request, reply) => {
      const nowMs = parts.now().getTime()
      const body = await noteReceipts(
        request.body.receipts.map(({ ref, kind, at, reason }) => ({
          ref,
          kind,
          reason,
          at: at === undefined ? nowMs : readTime('at', at),
        })),
      )
      return change(request, reply, happened('receipts.note', 'receipts', body))
    },
  )

  app.post(
    '/read-marks',
    write('messages', 'markRead', 'Marks a conversation as read by a user.', {
      body: NewReadMarkBody,
      response: { 200: ReadMarkBody },
    }),
    async (request, reply) => {
      const { upTo, upToMessage, ...read } = request.body
      const marked = await markRead({ ...read, upTo: readUpTo(upTo, upToMessage) })
      const { uid, conversation } = marked
      const body = { uid, conversation, readAt: new Date(marked.readAt).toISOString() }
      return change(request, reply, happened('user.read', `user/${uid}`, body))
    },
  )
}

function readUpTo(upTo: string | undefined, message: string | undefined): ReadRequest['upTo'] {
  if (message !== undefined) return { kind: 'message', appId: message }
  return upTo === undefined ? undefined : { kind: 'time', at: readTime('upTo', upTo) }
}

/** It has a transaction of its own, so all that is left is to remember it. */
function happened(action: string, target: string, body: object) {
  return doing(action, target, async () => ({ state: body, body }))
}
