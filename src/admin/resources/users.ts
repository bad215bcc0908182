import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { Directory } from '../../core/directory/directory.ts'
import type { Page } from '../../core/directory/page.ts'
import type { User } from '../../core/directory/user.ts'
import { DomainError } from '../../core/domain-error.ts'
import { sendWithTag } from '../etag.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, line, PAGE, pageOf, parameters } from '../schemas.ts'
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
    read('users', 'listUsers', 'Lists users, by uid; or finds them.', {
      querystring: UserQuery,
      response: { 200: pageOf('UserPage', UserBody) },
    }),
    async ({ query }) => sendPage(await list(users, query), userBody),
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
        password: request.body.password,
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

const UserQuery = parameters({
  ...PAGE,
  q: Type.Optional(
    line(
      128,
      'What the uid begins with, or the name, in whatever case. Those found by uid come first.',
    ),
  ),
  disabled: Type.Optional(
    Type.Literal(true, { description: 'Those only who can’t log in. Not together with q.' }),
  ),
})

async function list(
  users: Directory['users'],
  { q, disabled, ...page }: Static<typeof UserQuery>,
): Promise<Page<User>> {
  if (q === undefined) return disabled ? users.listDisabled(page) : users.list(page)
  if (disabled) throw new DomainError('INVALID_FILTER', 'q and disabled exclude each other', 'q')
  return users.search(q, page)
}

/** What is changed, and what the audit log keeps of it. */
export function onUser(verb: string, uid: string) {
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
