import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import { deviceNotFound } from '../../core/directory/not-found.ts'
import { sendWithTag } from '../etag.ts'
import { sendPage } from '../page.ts'
import {
  DeviceBody,
  DevicePatch,
  DeviceWithSecretBody,
  deviceBody,
  deviceWithSecretBody,
} from '../resources/device-schemas.ts'
import { Identifier, named, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { callerOf, deviceOf } from './caller.ts'
import type { MeParts } from './me-parts.ts'
import { own } from './own-operation.ts'

const OwnDevicePatch = named(
  'OwnDevicePatch',
  {
    app: DevicePatch.properties.app,
    platform: DevicePatch.properties.platform,
    revoked: Type.Optional(
      Type.Literal(true, { description: 'Lets it in no more; only an admin takes that back.' }),
    ),
  },
  'RFC 7396: what is left out stays, null takes away.',
)

const SECONDS_MAX = 7 * 86_400
const SECONDS_DEFAULT = 86_400

const NewSecretRequest = named(
  'NewOwnSecret',
  {
    oldValidSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: SECONDS_MAX,
        default: SECONDS_DEFAULT,
        description: 'How long the old ones stay good, for an answer that gets lost.',
      }),
    ),
  },
  'Asks for another secret.',
)

const params = parameters({ clientId: Identifier })

export const deviceRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  const { devices } = options.directory
  const change = writer(options)

  app.get(
    '/devices',
    own('listOwnDevices', 'Lists one’s devices, by client id.', {
      querystring: PageQuery,
      response: { 200: pageOf('DevicePage', DeviceBody) },
    }),
    async (request) =>
      sendPage(await devices.list(callerOf(request).uid, request.query), deviceBody),
  )

  app.get(
    '/devices/:clientId',
    own('readOwnDevice', 'Reads one of one’s devices.', {
      params,
      response: { 200: DeviceBody },
    }),
    async (request, reply) => {
      const { clientId } = request.params
      const device = await devices.show(clientId)
      if (device.uid !== callerOf(request).uid) throw deviceNotFound(clientId)
      return sendWithTag(request, reply, deviceBody(device))
    },
  )

  app.patch(
    '/devices/:clientId',
    own('patchOwnDevice', 'Changes a device, or revokes it, where it was lost, say.', {
      params,
      body: OwnDevicePatch,
      response: { 200: DeviceBody },
    }),
    async (request, reply) => {
      const { clientId } = request.params
      return change(request, reply, {
        ...onDevice('patch', clientId, callerOf(request).uid),
        run: async ({ directory }) => {
          const device = await directory.devices.patch(clientId, request.body)
          return { status: 200, body: deviceBody(device) }
        },
      })
    },
  )

  app.delete(
    '/devices/:clientId',
    own('removeOwnDevice', 'Forgets a device with its secrets and addresses, as at a sign-out.', {
      params,
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const { clientId } = request.params
      return change(request, reply, {
        ...onDevice('delete', clientId, callerOf(request).uid),
        run: async ({ directory }) => {
          await directory.devices.remove(clientId)
          return { status: 204 }
        },
      })
    },
  )

  app.post(
    '/secrets',
    own('makeOwnSecret', 'Gives the calling device another secret.', {
      body: NewSecretRequest,
      response: { 201: DeviceWithSecretBody },
    }),
    async (request, reply) => {
      const clientId = deviceOf(request)
      const { oldValidSeconds = SECONDS_DEFAULT } = request.body
      const oldValidUntil = new Date(options.now() + oldValidSeconds * 1000)
      return change(request, reply, {
        ...onDevice('add-secret', clientId, callerOf(request).uid),
        run: async ({ directory }) => {
          const made = await directory.devices.addSecret(clientId, { oldValidUntil })
          return { status: 201, body: deviceWithSecretBody(made) }
        },
      })
    },
  )
}

/** What is changed, if it is the caller's, and what the audit log keeps of it. */
function onDevice(verb: string, clientId: string, uid: string) {
  return {
    action: `device.${verb}`,
    target: `device/${clientId}`,
    async snapshot({ stores }: ActionTools) {
      await stores.devices.lock(clientId)
      const device = await stores.devices.find(clientId)
      // After its removal there is none, and before it there has to be one.
      if (device !== undefined && device.uid !== uid) throw deviceNotFound(clientId)
      return device && deviceBody(device)
    },
  }
}
