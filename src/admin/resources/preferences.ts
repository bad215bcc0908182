import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Directory } from '../../core/directory/directory.ts'
import { sendWithTag } from '../etag.ts'
import { read, write } from '../operation.ts'
import { Identifier, parameters } from '../schemas.ts'
import { type WriteParts, writer } from '../write.ts'
import {
  PreferencesBody,
  PreferencesPatch,
  preferencesBody,
  readPreferences,
} from './preference-schemas.ts'

export interface PreferenceRoutesOptions extends WriteParts {
  readonly directory: Directory
}

const params = parameters({ uid: Identifier })

/** Of a user's account; those of a conversation are in `conversations.ts`. */
export const preferenceRoutes: FastifyPluginAsyncTypebox<PreferenceRoutesOptions> = async (
  app,
  options,
) => {
  const change = writer(options)

  app.get(
    '/users/:uid/preferences',
    read('preferences', 'readPreferences', 'Reads what a user wants to hear of.', {
      params,
      response: { 200: PreferencesBody },
    }),
    async (request, reply) => {
      const { uid } = request.params
      const preferences = await options.directory.notifications.show(uid)
      return sendWithTag(request, reply, preferencesBody(preferences))
    },
  )

  app.patch(
    '/users/:uid/preferences',
    write('preferences', 'patchPreferences', 'Changes what a user wants to hear of.', {
      params,
      body: PreferencesPatch,
      response: { 200: PreferencesBody },
    }),
    async (request, reply) => {
      const { uid } = request.params
      return change(request, reply, {
        action: 'preferences.patch',
        target: `user/${uid}`,
        async snapshot({ stores }) {
          // Theirs may have no row yet, which could not be locked.
          if (!(await stores.users.lock(uid))) return undefined
          return preferencesBody(await stores.preferences.find(uid))
        },
        run: async ({ directory }) => ({
          status: 200,
          body: preferencesBody(
            await directory.notifications.set(uid, readPreferences(request.body)),
          ),
        }),
      })
    },
  )
}
