import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import { sendWithTag } from '../etag.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import {
  CONVERSATION_PATH,
  ConversationBody,
  ConversationPatch,
  ConversationQuery,
  type ConversationRequest,
  conversationBody,
  conversationIn,
  readConversationPatch,
} from './conversation-schemas.ts'
import type { PreferenceRoutesOptions } from './preferences.ts'

const params = parameters({ uid: Identifier, ...CONVERSATION_PATH })

export const conversationRoutes: FastifyPluginAsyncTypebox<PreferenceRoutesOptions> = async (
  app,
  options,
) => {
  const { notifications } = options.directory
  const change = writer(options)
  const path = '/users/:uid/conversations/:kind/:id'

  app.get(
    '/users/:uid/conversations',
    read('preferences', 'listConversations', 'Lists conversations with settings of their own.', {
      params: parameters({ uid: Identifier }),
      querystring: PageQuery,
      response: { 200: pageOf('ConversationPage', ConversationBody) },
    }),
    async ({ params: { uid }, query }) =>
      sendPage(await notifications.listConversations(uid, query), conversationBody),
  )

  app.get(
    path,
    read('preferences', 'readConversation', 'Reads the settings of one conversation.', {
      params,
      querystring: ConversationQuery,
      response: { 200: ConversationBody },
    }),
    async (request, reply) => {
      const { uid, conversation } = placeOf(request)
      const found = await notifications.showConversation(uid, conversation)
      return sendWithTag(request, reply, conversationBody(found))
    },
  )

  app.patch(
    path,
    write('preferences', 'patchConversation', 'Gives a conversation settings of its own.', {
      params,
      querystring: ConversationQuery,
      body: ConversationPatch,
      response: { 200: ConversationBody },
    }),
    async (request, reply) => {
      const place = placeOf(request)
      const wanted = readConversationPatch(request.body)
      return change(request, reply, {
        ...onConversation('patch', place),
        run: async ({ directory }) => ({
          status: 200,
          body: conversationBody(
            await directory.notifications.setConversation(place.uid, place.conversation, wanted),
          ),
        }),
      })
    },
  )

  app.delete(
    path,
    write('preferences', 'deleteConversation', 'Leaves a conversation to the account’s settings.', {
      params,
      querystring: ConversationQuery,
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const place = placeOf(request)
      return change(request, reply, {
        ...onConversation('delete', place),
        run: async ({ directory }) => {
          await directory.notifications.forgetConversation(place.uid, place.conversation)
          return { status: 204 }
        },
      })
    },
  )
}

function placeOf({
  params,
  query,
}: ConversationRequest & { readonly params: { readonly uid: string } }) {
  return { uid: params.uid, conversation: conversationIn({ params, query }) }
}

/** What is changed, and what the audit log keeps of it. */
function onConversation(
  verb: string,
  { uid, conversation }: { readonly uid: string; readonly conversation: string },
) {
  return {
    action: `conversation.${verb}`,
    target: `user/${uid}`,
    async snapshot({ stores }: ActionTools) {
      // Theirs may have no row yet, which could not be locked.
      if (!(await stores.users.lock(uid))) return undefined
      const found = await stores.preferences.findConversation(uid, conversation)
      return found && conversationBody(found)
    },
  }
}
