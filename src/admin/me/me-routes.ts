import type { FastifyPluginAsync } from 'fastify'
import { addressRoutes } from './addresses.ts'
import { blockRoutes } from './blocks.ts'
import type { CallerOptions } from './caller.ts'
import { contactRoutes } from './contacts.ts'
import { conversationRoutes } from './conversations.ts'
import { deviceRoutes } from './devices.ts'
import { groupRoutes } from './groups.ts'
import type { MeParts } from './me-parts.ts'
import { memberRoutes } from './members.ts'
import { preferenceRoutes } from './preferences.ts'
import { presenceRoutes } from './presence.ts'
import { profileRoutes } from './profile.ts'
import { readingRoutes } from './reading.ts'
import { ownDecisionRoutes, ownRequestRoutes } from './requests.ts'

export interface MeRoutesOptions extends CallerOptions, Omit<MeParts, 'parts' | 'directory'> {
  /** Of one device. */
  readonly requestsPerMinuteMax: number
}

/** What an app does for its own user. */
export const meRoutes: FastifyPluginAsync<MeParts> = async (app, options) => {
  await app.register(profileRoutes, options)
  await app.register(deviceRoutes, options)
  await app.register(addressRoutes, options)
  await app.register(preferenceRoutes, options)
  await app.register(conversationRoutes, options)
  await app.register(contactRoutes, options)
  await app.register(blockRoutes, options)
  await app.register(presenceRoutes, options)
  await app.register(groupRoutes, options)
  await app.register(memberRoutes, options)
  await app.register(readingRoutes, options)
  await app.register(ownRequestRoutes, options)
  await app.register(ownDecisionRoutes, options)
}
