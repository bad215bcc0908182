import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { write } from '../operation.ts'
import { Identifier, named, parameters, Time } from '../schemas.ts'
import { NOTHING, type WriteParts, writer } from '../write.ts'
import { Password } from './user-schemas.ts'
import { onUser } from './users.ts'

const params = parameters({ uid: Identifier })

const DAY_SECONDS = 86_400

const PasswordBody = named('NewPassword', { password: Password }, 'What a user logs in with.')

const NewTicketBody = named(
  'NewTicket',
  {
    clientId: Type.Optional(Identifier),
    ttlSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: DAY_SECONDS,
        description: 'How long it is good for; what is configured where it is left out.',
      }),
    ),
  },
  'A login ticket to be made, for one device or for any of the user’s.',
)

const TicketBody = named(
  'Ticket',
  {
    ticket: Type.String({ description: 'The MQTT password. It is not kept.' }),
    expiresAt: Time,
  },
  'A login for a short while.',
)

/** What a user proves with who they are; a device's own secrets are with the devices. */
export const credentialRoutes: FastifyPluginAsyncTypebox<WriteParts> = async (app, options) => {
  const change = writer(options)

  app.put(
    '/users/:uid/password',
    write('users', 'setPassword', 'Sets a user’s password, in place of the one before.', {
      params,
      body: PasswordBody,
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const { password } = request.body
      return change(request, reply, {
        ...onUser('set-password', request.params.uid),
        password,
        run: async ({ directory }) => {
          await directory.users.setPassword(request.params.uid, password)
          return { status: 204 }
        },
      })
    },
  )

  app.delete(
    '/users/:uid/password',
    write(
      'users',
      'deletePassword',
      'Takes a user’s password away; no error where there is none.',
      {
        params,
        response: { 204: NOTHING },
      },
    ),
    async (request, reply) =>
      change(request, reply, {
        ...onUser('remove-password', request.params.uid),
        run: async ({ directory }) => {
          await directory.users.removePassword(request.params.uid)
          return { status: 204 }
        },
      }),
  )

  app.post(
    '/users/:uid/tickets',
    write('users', 'createTicket', 'Makes a login ticket for a user.', {
      params,
      body: NewTicketBody,
      response: { 201: TicketBody },
    }),
    async (request, reply) => {
      const { clientId, ttlSeconds } = request.body
      const ttlMs = ttlSeconds === undefined ? undefined : ttlSeconds * 1000
      return change(request, reply, {
        ...onUser('make-ticket', request.params.uid),
        run: async ({ directory }) => {
          const asked = { uid: request.params.uid, clientId, ttlMs }
          const { ticket, expiresAt } = await directory.users.makeTicket(asked)
          return { status: 201, body: { ticket, expiresAt: expiresAt.toISOString() } }
        },
      })
    },
  )
}
