import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { readPage } from '../../core/directory/page.ts'
import { DomainError } from '../../core/domain-error.ts'
import type { UserPresence } from '../../core/ports/presence-ports.ts'
import { sendPage } from '../page.ts'
import {
  choice,
  Identifier,
  named,
  nullable,
  PageQuery,
  pageOf,
  parameters,
  Time,
} from '../schemas.ts'
import { callerOf } from './caller.ts'
import type { MeParts } from './me-parts.ts'
import { own } from './own-operation.ts'

const ContactPresenceBody = named(
  'ContactPresence',
  {
    uid: Identifier,
    status: choice(
      ['online', 'unknown', 'offline'],
      'Unknown: what they are connected to is out of sight.',
    ),
    lastSeenAt: nullable(Time),
  },
  'Whether a contact is online.',
)

/** Of contacts on both sides only: to let somebody write to one is not to be let into their life. */
export const presenceRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  async function presencesOf(uids: readonly string[]) {
    const found = await options.presence.users(uids)
    const known = new Map(found.map((presence) => [presence.uid, presence]))
    return uids.map((uid) => presenceBody(known.get(uid) ?? neverSeen(uid)))
  }

  app.get(
    '/presence',
    own('listContactPresence', 'Lists who of one’s mutual contacts is online, by uid.', {
      querystring: PageQuery,
      response: { 200: pageOf('ContactPresencePage', ContactPresenceBody) },
    }),
    async (request) => {
      const { uid } = callerOf(request)
      const { items, next } = await readPage(
        request.query,
        (contact: string) => contact,
        (slice) => options.own.visible(uid, slice),
      )
      return sendPage({ items: await presencesOf(items), next }, (presence) => presence)
    },
  )

  app.get(
    '/presence/:uid',
    own('readContactPresence', 'Reads whether a mutual contact is online.', {
      params: parameters({ uid: Identifier }),
      response: { 200: ContactPresenceBody },
    }),
    async (request) => {
      const { uid } = request.params
      const [presence] = await presencesOf(
        (await options.own.isVisible(callerOf(request).uid, uid)) ? [uid] : [],
      )
      if (presence !== undefined) return presence
      throw new DomainError('CONTACT_NOT_FOUND', `"${uid}" is no contact on both sides`, 'uid')
    },
  )
}

function neverSeen(uid: string): UserPresence {
  return { uid, status: 'offline', lastSeenAt: undefined }
}

function presenceBody(presence: UserPresence): Static<typeof ContactPresenceBody> {
  return { ...presence, lastSeenAt: presence.lastSeenAt?.toISOString() ?? null }
}
