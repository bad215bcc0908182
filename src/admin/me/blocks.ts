import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import type { Block } from '../../core/directory/contact.ts'
import { sendPage } from '../page.ts'
import { Identifier, named, PageQuery, pageOf, parameters, Time } from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { callerOf } from './caller.ts'
import { type MeParts, unseen } from './me-parts.ts'
import { own } from './own-operation.ts'

const OwnBlockBody = named(
  'OwnBlock',
  { uid: Identifier, since: Time },
  'Somebody whose messages don’t reach the caller.',
)

const params = parameters({ uid: Identifier })

export const blockRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  const change = writer(options)

  app.get(
    '/blocks',
    own('listOwnBlocks', 'Lists whom one has blocked, by uid.', {
      querystring: PageQuery,
      response: { 200: pageOf('OwnBlockPage', OwnBlockBody) },
    }),
    async (request) => {
      const { uid } = callerOf(request)
      return sendPage(await options.directory.contacts.listBlocks(uid, request.query), blockBody)
    },
  )

  app.put(
    '/blocks/:uid',
    own('setOwnBlock', 'Blocks somebody, contact or not.', { params, response: { 204: NOTHING } }),
    async (request, reply) => {
      const { uid } = callerOf(request)
      return change(request, reply, {
        ...unseen(),
        action: 'block.add',
        target: `user/${uid}/block/${request.params.uid}`,
        run: async ({ directory }) => {
          await directory.contacts.block(uid, request.params.uid)
          return { status: 204 }
        },
      })
    },
  )

  app.delete(
    '/blocks/:uid',
    own('removeOwnBlock', 'Blocks somebody no longer.', { params, response: { 204: NOTHING } }),
    async (request, reply) => {
      const { uid } = callerOf(request)
      return change(request, reply, {
        ...unseen(),
        action: 'block.remove',
        target: `user/${uid}/block/${request.params.uid}`,
        run: async ({ directory }) => {
          await directory.contacts.unblock(uid, request.params.uid)
          return { status: 204 }
        },
      })
    },
  )
}

function blockBody({ blockedUid, createdAt }: Block): Static<typeof OwnBlockBody> {
  return { uid: blockedUid, since: createdAt.toISOString() }
}
