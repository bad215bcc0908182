import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { Directory } from '../../core/directory/directory.ts'
import { sendWithTag } from '../etag.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, type WriteParts, writer } from '../write.ts'
import { NewUserBody, UserBody, UserPatch, userBody } from './user-schemas.ts'

export interface UserRoutesOptions extends WriteParts {
  /** For questions; whatever changes something goes through the writer. */
  readonly directory: Directory
}

const params = parameters({ uid: Identifier })

export const userRoutes: FastifyPluginAsyncTypebox<UserRoutesOptions> = async (app, options) => {
  const { users } = options.directory
  const change = writer(options)

  app.get(
    '/users',
    read('users', 'listUsers', 'Lists users, by uid.', {
      querystring: PageQuery,
      response: { 200: pageOf('UserPage', UserBody) },
    }),
    async ({ query }) => sendPage(await users.list(query), userBody),
  )

  app.post(
    '/users',
    write('users', 'createUser', 'Makes a user.', {
      body: NewUserBody,
      response: { 201: UserBody },
    }),
    async (request, reply) =>
      change(request, reply, {
        ...onUser('create', request.body.uid),
        run: async ({ directory }) => ({
          status: 201,
          body: userBody(await directory.users.add(request.body)),
        }),
      }),
  )

  app.get(
    '/users/:uid',
    read('users', 'readUser', 'Reads a user.', { params, response: { 200: UserBody } }),
    async (request, reply) =>
      sendWithTag(request, reply, userBody(await users.show(request.params.uid))),
  )

  app.patch(
    '/users/:uid',
    write('users', 'patchUser', 'Changes a user, or disables it.', {
      params,
      body: UserPatch,
      response: { 200: UserBody },
    }),
    async (request, reply) =>
      change(request, reply, {
        ...onUser('patch', request.params.uid),
        run: async ({ directory }) => ({
          status: 200,
          body: userBody(await directory.users.patch(request.params.uid, request.body)),
        }),
      }),
  )

  app.delete(
    '/users/:uid',
    write('users', 'deleteUser', 'Deletes a user with all that belongs to them, for good.', {
      params,
      response: { 204: NOTHING },
    }),
    async (request, reply) =>
      change(request, reply, {
        ...onUser('delete', request.params.uid),
        run: async ({ directory }) => {
          await directory.users.remove(request.params.uid)
          return { status: 204 }
        },
      }),
  )
}

/** What is changed, and what the audit log keeps of it. */
function onUser(verb: string, uid: string) {
  return {
    action: `user.${verb}`,
    target: `user/${uid}`,
    async snapshot({ stores }: ActionTools) {
      await stores.users.lock(uid)
      const user = await stores.users.find(uid)
      return user && userBody(user)
    },
  }
}
