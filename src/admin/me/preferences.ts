import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sendWithTag } from '../etag.ts'
import {
  PreferencesBody,
  PreferencesPatch,
  preferencesBody,
  readPreferences,
} from '../resources/preference-schemas.ts'
import { writer } from '../write.ts'
import { callerOf } from './caller.ts'
import type { MeParts } from './me-parts.ts'
import { own } from './own-operation.ts'

export const preferenceRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  const change = writer(options)

  app.get(
    '/preferences',
    own('readOwnPreferences', 'Reads what one wants to hear of.', {
      response: { 200: PreferencesBody },
    }),
    async (request, reply) => {
      const preferences = await options.directory.notifications.show(callerOf(request).uid)
      return sendWithTag(request, reply, preferencesBody(preferences))
    },
  )

  app.patch(
    '/preferences',
    own('patchOwnPreferences', 'Changes what one wants to hear of.', {
      body: PreferencesPatch,
      response: { 200: PreferencesBody },
    }),
    async (request, reply) => {
      const { uid } = callerOf(request)
      return change(request, reply, {
        action: 'preferences.patch',
        target: `user/${uid}`,
        async snapshot({ stores }) {
          // Theirs may have no row yet, which could not be locked.
          await stores.users.lock(uid)
          return preferencesBody(await stores.preferences.find(uid))
        },
        run: async ({ directory }) => {
          const set = await directory.notifications.set(uid, readPreferences(request.body))
          return { status: 200, body: preferencesBody(set) }
        },
      })
    },
  )
}
