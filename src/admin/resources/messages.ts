import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { DomainError } from '../../core/domain-error.ts'
import type { MessageSearch } from '../../core/ports/message-search.ts'
import type { TraceQuestion } from '../../core/ports/message-traces.ts'
import type { MessageTrace } from '../../core/reach/message-trace.ts'
import { searchMessages } from '../../core/reach/search-messages.ts'
import { read } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, line, PAGE, pageOf, parameters } from '../schemas.ts'
import { MessageId } from './delivery-schemas.ts'
import {
  ContentBody,
  MessageBody,
  MessageTraceBody,
  messageBody,
  messageTraceBody,
} from './message-schemas.ts'

export interface MessageRoutesOptions {
  readonly messages: MessageSearch
  /** By the broker's id; throws where there is none. The newest first. */
  readonly explainMessage: (question: TraceQuestion) => Promise<readonly MessageTrace[]>
}

const params = parameters({ id: MessageId })

const listQuery = parameters({
  ...PAGE,
  user: Type.Optional(Identifier),
  conversation: Type.Optional(
    line(300, '`group/{gid}`; or with a user `user/{peer}`, as they see it.'),
  ),
})

const traceQuery = parameters({ user: Type.Optional(Identifier) })

export const messageRoutes: FastifyPluginAsyncTypebox<MessageRoutesOptions> = async (
  app,
  { messages, explainMessage },
) => {
  app.get(
    '/messages',
    read(
      'messages',
      'listMessages',
      'Lists messages of an inbox or conversation, the newest first.',
      {
        querystring: listQuery,
        response: { 200: pageOf('MessagePage', MessageBody) },
      },
    ),
    async ({ query: { user: uid, ...question } }) =>
      sendPage(await searchMessages(messages, { uid, ...question }), messageBody),
  )

  app.get(
    '/messages/:id',
    read('messages', 'readMessage', 'Says who was notified of a message, who was not, and why.', {
      params,
      querystring: traceQuery,
      response: { 200: MessageTraceBody },
    }),
    async ({ params: { id }, query: { user: uid } }) => {
      const [newest] = await explainMessage({ id, uid })
      if (newest === undefined) throw messageNotFound(id)
      return messageTraceBody(newest)
    },
  )

  app.get(
    '/messages/:id/content',
    read('bodies', 'readMessageContent', 'Reads what a message says, while Herald still knows.', {
      params,
      response: { 200: ContentBody },
    }),
    async ({ params: { id } }) => {
      const found = await messages.readContent(id)
      if (found === undefined) throw messageNotFound(id)
      return { id: id.toLowerCase(), content: found.content }
    },
  )
}

function messageNotFound(id: string): DomainError {
  return new DomainError('MESSAGE_NOT_FOUND', `no message "${id}", or not any more`, 'id')
}
