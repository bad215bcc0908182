import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type {
  ConversationChange,
  ConversationPreferences,
} from '../../core/directory/preferences.ts'
import { sendWithTag } from '../etag.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import {
  choice,
  Identifier,
  named,
  nullable,
  PageQuery,
  pageOf,
  parameters,
  Time,
} from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { Notify, readTime } from './preference-schemas.ts'
import type { PreferenceRoutesOptions } from './preferences.ts'

const ConversationBody = named(
  'ConversationPreferences',
  {
    uid: Identifier,
    conversation: Type.String({
      examples: ['user/bob', 'group/hikers', 'group/hikers/invitation'],
    }),
    notify: nullable(Notify),
    mutedUntil: nullable(Time),
  },
  'Settings for one conversation; null is as for the account.',
)

const ConversationPatch = named(
  'ConversationPatch',
  { notify: Type.Optional(nullable(Notify)), mutedUntil: Type.Optional(nullable(Time)) },
  'RFC 7396: what is left out stays, null leaves it to the account.',
)

const params = parameters({ uid: Identifier, kind: choice(['user', 'group']), id: Identifier })

const ConversationQuery = parameters({
  requests: Type.Optional(
    choice(
      ['application', 'invitation'],
      'Not what is talked there, but requests to be a contact or member, or invitations.',
    ),
  ),
})

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
      const wanted = readPatch(request.body)
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

interface Place {
  readonly uid: string
  readonly conversation: string
}

function placeOf(request: {
  readonly params: Static<typeof params>
  readonly query: Static<typeof ConversationQuery>
}): Place {
  const { uid, kind, id } = request.params
  const { requests } = request.query
  const talk = `${kind}/${id}`
  return { uid, conversation: requests === undefined ? talk : `${talk}/${requests}` }
}

/** What is changed, and what the audit log keeps of it. */
function onConversation(verb: string, { uid, conversation }: Place) {
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

function readPatch({ mutedUntil, ...plain }: Static<typeof ConversationPatch>): ConversationChange {
  return { ...plain, ...(mutedUntil !== undefined && { mutedUntil: readTime(mutedUntil) }) }
}

function conversationBody(settings: ConversationPreferences): Static<typeof ConversationBody> {
  return {
    uid: settings.uid,
    conversation: settings.conversation,
    notify: settings.notify ?? null,
    mutedUntil: settings.mutedUntil?.toISOString() ?? null,
  }
}
