import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { Directory } from '../../core/directory/directory.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, PageQuery, pageOf, parameters } from '../schemas.ts'
import { type WriteParts, writer } from '../write.ts'
import {
  DeviceBody,
  DeviceWithSecretBody,
  deviceBody,
  deviceWithSecretBody,
  NewDeviceBody,
} from './device-schemas.ts'

export interface DeviceRoutesOptions extends WriteParts {
  readonly directory: Directory
}

const params = parameters({ uid: Identifier })

/** A user's devices; what is done with one of them is in `devices.ts`. */
export const userDeviceRoutes: FastifyPluginAsyncTypebox<DeviceRoutesOptions> = async (
  app,
  options,
) => {
  const change = writer(options)

  app.get(
    '/users/:uid/devices',
    read('devices', 'listDevices', 'Lists a user’s devices, by client id.', {
      params,
      querystring: PageQuery,
      response: { 200: pageOf('DevicePage', DeviceBody) },
    }),
    async ({ params: { uid }, query }) =>
      sendPage(await options.directory.devices.list(uid, query), deviceBody),
  )

  app.post(
    '/users/:uid/devices',
    write('devices', 'createDevice', 'Registers a device, and shows its secret this once.', {
      params,
      body: NewDeviceBody,
      response: { 201: DeviceWithSecretBody },
    }),
    async (request, reply) => {
      const { uid } = request.params
      return change(request, reply, {
        ...onDevice('create', request.body.clientId),
        run: async ({ directory }) => ({
          status: 201,
          body: deviceWithSecretBody(await directory.devices.add({ ...request.body, uid })),
        }),
      })
    },
  )
}

/** What is changed, and what the audit log keeps of it. */
export function onDevice(verb: string, clientId: string) {
  return {
    action: `device.${verb}`,
    target: `device/${clientId}`,
    async snapshot({ stores }: ActionTools) {
      await stores.devices.lock(clientId)
      const device = await stores.devices.find(clientId)
      return device && deviceBody(device)
    },
  }
}
