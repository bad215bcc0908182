import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { ApiContext } from '../context.ts'
import { sendWithTag } from '../etag.ts'
import { read, write as writing } from '../operation.ts'
import { Identifier, PageQuery, pageOf } from '../schemas.ts'
import { write } from '../write.ts'
import { NewUserBody, UserBody, UserPatch, userBody } from './user-schemas.ts'

const Params = Type.Object({ uid: Identifier })

export const userRoutes: FastifyPluginAsyncTypebox<ApiContext> = async (app, { directory, parts }) => {
  app.get(
    '/users',
    read('users', 'listUsers', 'Lists users, by uid.', {
      querystring: PageQuery,
      response: { 200: pageOf(Type.Ref('User')) },
    }),
    async (request) => {
      const { items, next } = await directory.users.list(request.query)
      return { items: items.map(userBody), next: next ?? null }
    },
  )

  app.post(
    '/users',
    writing('users', 'createUser', 'Makes a user.', { body: NewUserBody, response: { 201: Type.Ref('User') } }),
    async (request, reply) =>
      write(parts, request, reply, {
        ...about(request.body.uid, 'create'),
        run: async ({ directory }) => ({ status: 201, body: userBody(await directory.users.add(request.body)) }),
      }),
  )

  app.get(
    '/users/:uid',
    read('users', 'readUser', 'Reads a user.', { params: Params, response: { 200: Type.Ref('User') } }),
    async (request, reply) => sendWithTag(request, reply, userBody(await directory.users.show(request.params.uid))),
  )
}

/** What is changed, and what the audit log keeps of it. */
function about(uid: string, verb: string) {
  return {
    action: `user.${verb}`,
    target: `user/${uid}`,
    async snapshot({ stores }: ActionTools) {
      const user = await stores.users.find(uid)
      return user && userBody(user)
    },
  }
}
