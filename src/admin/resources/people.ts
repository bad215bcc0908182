import type { FastifyPluginAsync } from 'fastify'
import { type AddressRoutesOptions, addressRoutes } from './addresses.ts'
import { conversationRoutes } from './conversations.ts'
import { credentialRoutes } from './credentials.ts'
import { deletedUserRoutes } from './deleted-users.ts'
import { deviceSecretRoutes } from './device-secrets.ts'
import { deviceRoutes } from './devices.ts'
import { preferenceRoutes } from './preferences.ts'
import { type PresenceRoutesOptions, presenceRoutes } from './presence.ts'
import { userDeviceRoutes } from './user-devices.ts'
import { userRoutes } from './users.ts'

export type PeopleRoutesOptions = AddressRoutesOptions & PresenceRoutesOptions

/** Users, and all that belongs to one of them. */
export const peopleRoutes: FastifyPluginAsync<PeopleRoutesOptions> = async (app, options) => {
  await app.register(userRoutes, options)
  await app.register(deletedUserRoutes, options)
  await app.register(credentialRoutes, options)
  await app.register(userDeviceRoutes, options)
  await app.register(deviceRoutes, options)
  await app.register(deviceSecretRoutes, options)
  await app.register(addressRoutes, options)
  await app.register(preferenceRoutes, options)
  await app.register(conversationRoutes, options)
  await app.register(presenceRoutes, options)
}
