import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { Directory } from '../../core/directory/directory.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, type WriteParts, writer } from '../write.ts'
import { DeletedUserBody, deletedUserBody } from './user-schemas.ts'

export interface DeletedUserRoutesOptions extends WriteParts {
  readonly directory: Directory
}

export const deletedUserRoutes: FastifyPluginAsyncTypebox<DeletedUserRoutesOptions> = async (
  app,
  options,
) => {
  const change = writer(options)

  app.get(
    '/deleted-users',
    read('users', 'listDeletedUsers', 'Lists the uids that nobody gets again.', {
      querystring: PageQuery,
      response: { 200: pageOf('DeletedUserPage', DeletedUserBody) },
    }),
    async ({ query }) =>
      sendPage(await options.directory.users.listDeleted(query), deletedUserBody),
  )

  app.delete(
    '/deleted-users/:uid',
    write('users', 'releaseUser', 'Lets a deleted user’s uid be given out again.', {
      params: parameters({ uid: Identifier }),
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const { uid } = request.params
      return change(request, reply, {
        action: 'user.release',
        target: `user/${uid}`,
        snapshot: async ({ stores }: ActionTools) =>
          (await stores.deletedUsers.has(uid)) ? { uid } : undefined,
        run: async ({ directory }) => {
          await directory.users.release(uid)
          return { status: 204 }
        },
      })
    },
  )
}
