import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { write } from '../operation.ts'
import { Identifier, parameters } from '../schemas.ts'
import { type WriteParts, writer } from '../write.ts'
import {
  DeviceBody,
  DeviceWithSecretBody,
  deviceBody,
  deviceWithSecretBody,
  NewSecretBody,
} from './device-schemas.ts'
import { onDevice } from './user-devices.ts'

const params = parameters({ clientId: Identifier })

const WithdrawQuery = parameters({
  keep: Type.Optional(
    Type.Literal('newest', { description: 'All but the newest; left out: all of them.' }),
  ),
})

export const deviceSecretRoutes: FastifyPluginAsyncTypebox<WriteParts> = async (app, options) => {
  const change = writer(options)

  app.post(
    '/devices/:clientId/secrets',
    write('devices', 'createSecret', 'Makes a further secret, and shows it this once.', {
      params,
      body: NewSecretBody,
      response: { 201: DeviceWithSecretBody },
    }),
    async (request, reply) => {
      const { clientId } = request.params
      const { oldValidUntil } = request.body
      const rotation = { oldValidUntil: oldValidUntil ? new Date(oldValidUntil) : undefined }
      return change(request, reply, {
        ...onDevice('add-secret', clientId),
        run: async ({ directory }) => ({
          status: 201,
          body: deviceWithSecretBody(await directory.devices.addSecret(clientId, rotation)),
        }),
      })
    },
  )

  app.delete(
    '/devices/:clientId/secrets',
    write('devices', 'deleteSecrets', 'Withdraws secrets; those that are gone log nobody in.', {
      params,
      querystring: WithdrawQuery,
      response: { 200: DeviceBody },
    }),
    async (request, reply) => {
      const { clientId } = request.params
      const which = request.query.keep === undefined ? 'all' : 'all-but-newest'
      return change(request, reply, {
        ...onDevice('withdraw-secrets', clientId),
        run: async ({ directory: { devices } }) => {
          await devices.withdrawSecrets(clientId, which)
          return { status: 200, body: deviceBody(await devices.show(clientId)) }
        },
      })
    },
  )
}
