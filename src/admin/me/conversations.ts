import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import { userNotFound } from '../../core/directory/not-found.ts'
import { sendWithTag } from '../etag.ts'
import { sendPage } from '../page.ts'
import {
  CONVERSATION_PATH,
  ConversationBody,
  ConversationPatch,
  ConversationQuery,
  conversationBody,
  conversationIn,
  readConversationPatch,
} from '../resources/conversation-schemas.ts'
import { PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { callerOf } from './caller.ts'
import type { MeParts } from './me-parts.ts'
import { demandOwnConversation } from './own-conversation.ts'
import { own } from './own-operation.ts'

const conversationParams = {
  params: parameters(CONVERSATION_PATH),
  querystring: ConversationQuery,
}

export const conversationRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  const { notifications } = options.directory
  const change = writer(options)
  const path = '/conversations/:kind/:id'

  app.get(
    '/conversations',
    own('listOwnConversations', 'Lists conversations with settings of their own.', {
      querystring: PageQuery,
      response: { 200: pageOf('ConversationPage', ConversationBody) },
    }),
    async (request) => {
      const page = await notifications.listConversations(callerOf(request).uid, request.query)
      return sendPage(page, conversationBody)
    },
  )

  app.get(
    path,
    own('readOwnConversation', 'Reads the settings of one conversation.', {
      ...conversationParams,
      response: { 200: ConversationBody },
    }),
    async (request, reply) => {
      const { uid } = callerOf(request)
      const found = await notifications.showConversation(uid, conversationIn(request))
      return sendWithTag(request, reply, conversationBody(found))
    },
  )

  app.patch(
    path,
    own('patchOwnConversation', 'Gives a conversation settings of its own: mutes it, say.', {
      ...conversationParams,
      body: ConversationPatch,
      response: { 200: ConversationBody },
    }),
    async (request, reply) => {
      const { uid } = callerOf(request)
      const { kind, id } = request.params
      const conversation = conversationIn(request)
      await demandOwnConversation(options.own, uid, conversation)
      const wanted = readConversationPatch(request.body)
      return change(request, reply, {
        ...onConversation('patch', uid, conversation),
        run: async ({ directory, stores }) => {
          if (kind === 'user' && !(await stores.users.hold([id])).has(id)) throw userNotFound(id)
          const set = await directory.notifications.setConversation(uid, conversation, wanted)
          return { status: 200, body: conversationBody(set) }
        },
      })
    },
  )

  app.delete(
    path,
    own('removeOwnConversation', 'Leaves a conversation to the account’s settings.', {
      ...conversationParams,
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const { uid } = callerOf(request)
      const conversation = conversationIn(request)
      return change(request, reply, {
        ...onConversation('delete', uid, conversation),
        run: async ({ directory }) => {
          await directory.notifications.forgetConversation(uid, conversation)
          return { status: 204 }
        },
      })
    },
  )
}

/** What is changed, and what the audit log keeps of it. */
function onConversation(verb: string, uid: string, conversation: string) {
  return {
    action: `conversation.${verb}`,
    target: `user/${uid}`,
    async snapshot({ stores }: ActionTools) {
      // Theirs may have no row yet, which could not be locked.
      await stores.users.lock(uid)
      const found = await stores.preferences.findConversation(uid, conversation)
      return found && conversationBody(found)
    },
  }
}
