import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { User } from '../../core/directory/user.ts'
import { sendWithTag } from '../etag.ts'
import { ContactPolicy, DisplayName } from '../resources/user-schemas.ts'
import { Identifier, named, nullable, Time } from '../schemas.ts'
import { writer } from '../write.ts'
import { callerOf } from './caller.ts'
import type { MeParts } from './me-parts.ts'
import { own } from './own-operation.ts'

const ProfileBody = named(
  'Profile',
  {
    uid: Identifier,
    displayName: nullable(DisplayName),
    contactPolicy: nullable(ContactPolicy),
    hasPassword: Type.Boolean(),
    createdAt: Time,
  },
  'The user whose app calls.',
)

const ProfilePatch = named(
  'ProfilePatch',
  {
    displayName: Type.Optional(nullable(DisplayName)),
    contactPolicy: Type.Optional(nullable(ContactPolicy)),
  },
  'RFC 7396: what is left out stays, null takes away.',
)

export const profileRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  const change = writer(options)

  app.get(
    '',
    own('readProfile', 'Reads one’s own profile.', { response: { 200: ProfileBody } }),
    async (request, reply) => {
      const user = await options.directory.users.show(callerOf(request).uid)
      return sendWithTag(request, reply, profileBody(user))
    },
  )

  app.patch(
    '',
    own('patchProfile', 'Changes one’s own profile.', {
      body: ProfilePatch,
      response: { 200: ProfileBody },
    }),
    async (request, reply) => {
      const { uid } = callerOf(request)
      return change(request, reply, {
        action: 'user.patch',
        target: `user/${uid}`,
        async snapshot({ stores }: ActionTools) {
          await stores.users.lock(uid)
          const user = await stores.users.find(uid)
          return user && profileBody(user)
        },
        run: async ({ directory }) => ({
          status: 200,
          body: profileBody(await directory.users.patch(uid, request.body)),
        }),
      })
    },
  )
}

function profileBody(user: User): Static<typeof ProfileBody> {
  return {
    uid: user.uid,
    displayName: user.displayName ?? null,
    contactPolicy: user.contactPolicy ?? null,
    hasPassword: user.hasPassword,
    createdAt: user.createdAt.toISOString(),
  }
}
