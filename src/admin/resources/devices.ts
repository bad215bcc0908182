import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sendWithTag } from '../etag.ts'
import { read, write } from '../operation.ts'
import { Identifier, parameters } from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { DeviceBody, DevicePatch, deviceBody } from './device-schemas.ts'
import { type DeviceRoutesOptions, onDevice } from './user-devices.ts'

const params = parameters({ clientId: Identifier })

export const deviceRoutes: FastifyPluginAsyncTypebox<DeviceRoutesOptions> = async (
  app,
  options,
) => {
  const { devices } = options.directory
  const change = writer(options)

  app.get(
    '/devices/:clientId',
    read('devices', 'readDevice', 'Reads a device.', { params, response: { 200: DeviceBody } }),
    async (request, reply) =>
      sendWithTag(request, reply, deviceBody(await devices.show(request.params.clientId))),
  )

  app.patch(
    '/devices/:clientId',
    write('devices', 'patchDevice', 'Changes a device, or revokes it.', {
      params,
      body: DevicePatch,
      response: { 200: DeviceBody },
    }),
    async (request, reply) => {
      const { clientId } = request.params
      return change(request, reply, {
        ...onDevice('patch', clientId),
        run: async ({ directory }) => ({
          status: 200,
          body: deviceBody(await directory.devices.patch(clientId, request.body)),
        }),
      })
    },
  )

  app.delete(
    '/devices/:clientId',
    write('devices', 'deleteDevice', 'Deletes a device with its secrets and addresses.', {
      params,
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const { clientId } = request.params
      return change(request, reply, {
        ...onDevice('delete', clientId),
        run: async ({ directory }) => {
          await directory.devices.remove(clientId)
          return { status: 204 }
        },
      })
    },
  )
}
