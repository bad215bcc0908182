import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { Directory } from '../../core/directory/directory.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, type WriteParts, writer } from '../write.ts'
import { ContactBody, contactBody, DirectionQuery } from './contact-schemas.ts'

export interface ContactRoutesOptions extends WriteParts {
  /** For questions; whatever changes something goes through the writer. */
  readonly directory: Directory
}

const params = parameters({ uid: Identifier, contactUid: Identifier })

export const contactRoutes: FastifyPluginAsyncTypebox<ContactRoutesOptions> = async (
  app,
  options,
) => {
  const { contacts } = options.directory
  const change = writer(options)

  app.get(
    '/users/:uid/contacts',
    read('contacts', 'listContacts', "Lists a user's contacts, by uid.", {
      params: parameters({ uid: Identifier }),
      querystring: PageQuery,
      response: { 200: pageOf('ContactPage', ContactBody) },
    }),
    async ({ params: { uid }, query }) => sendPage(await contacts.list(uid, query), contactBody),
  )

  app.put(
    '/users/:uid/contacts/:contactUid',
    write('contacts', 'setContact', 'Makes users contacts.', {
      params,
      querystring: DirectionQuery,
      response: { 200: ContactBody },
    }),
    async (request, reply) => {
      const { uid, contactUid } = request.params
      const { direction = 'both-ways' } = request.query
      return change(request, reply, {
        ...onContact('add', uid, contactUid),
        run: async ({ directory }) => ({
          status: 200,
          body: contactBody(await directory.contacts.add(uid, contactUid, direction)),
        }),
      })
    },
  )

  app.delete(
    '/users/:uid/contacts/:contactUid',
    write('contacts', 'removeContact', 'Makes contacts strangers.', {
      params,
      querystring: DirectionQuery,
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const { uid, contactUid } = request.params
      const { direction = 'both-ways' } = request.query
      return change(request, reply, {
        ...onContact('remove', uid, contactUid),
        run: async ({ directory }) => {
          await directory.contacts.remove(uid, contactUid, direction)
          return { status: 204 }
        },
      })
    },
  )
}

/** Both directions, since both may change. */
function onContact(verb: string, uid: string, contactUid: string) {
  return {
    action: `contact.${verb}`,
    target: `user/${uid}/contact/${contactUid}`,
    async snapshot({ stores: { users, contacts } }: ActionTools) {
      await users.hold([uid, contactUid])
      const there = await contacts.find(uid, contactUid)
      const back = await contacts.find(contactUid, uid)
      if (there === undefined && back === undefined) return undefined
      return { contact: there && contactBody(there), back: back && contactBody(back) }
    },
  }
}
