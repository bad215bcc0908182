import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { OwnContact } from '../../core/directory/own-views.ts'
import { readPage } from '../../core/directory/page.ts'
import { sendPage } from '../page.ts'
import { Identifier, named, nullable, PageQuery, pageOf, parameters, Time } from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { callerOf } from './caller.ts'
import { type MeParts, unseen } from './me-parts.ts'
import { own } from './own-operation.ts'

const OwnContactBody = named(
  'OwnContact',
  {
    uid: Identifier,
    displayName: nullable(Type.String()),
    isMutual: Type.Boolean({ description: 'Whether the caller is a contact of theirs as well.' }),
    since: Time,
  },
  'Somebody who may write to the caller.',
)

const params = parameters({ uid: Identifier })

export const contactRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  const change = writer(options)

  app.get(
    '/contacts',
    own('listOwnContacts', 'Lists who may write to one, by uid.', {
      querystring: PageQuery,
      response: { 200: pageOf('OwnContactPage', OwnContactBody) },
    }),
    async (request) => {
      const { uid } = callerOf(request)
      const page = await readPage(
        request.query,
        (contact: OwnContact) => contact.uid,
        (slice) => options.own.contacts(uid, slice),
      )
      return sendPage(page, contactBody)
    },
  )

  app.delete(
    '/contacts/:uid',
    own('removeOwnContact', 'Ends being contacts, on both sides.', {
      params,
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const { uid } = callerOf(request)
      return change(request, reply, {
        ...unseen(),
        action: 'contact.remove',
        target: `user/${uid}/contact/${request.params.uid}`,
        run: async ({ directory }) => {
          await directory.contacts.remove(uid, request.params.uid, 'both-ways')
          return { status: 204 }
        },
      })
    },
  )
}

function contactBody(contact: OwnContact): Static<typeof OwnContactBody> {
  return {
    uid: contact.uid,
    displayName: contact.displayName ?? null,
    isMutual: contact.isMutual,
    since: contact.since.toISOString(),
  }
}
