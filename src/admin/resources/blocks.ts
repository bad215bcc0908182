import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { BlockBody, blockBody } from './contact-schemas.ts'
import type { ContactRoutesOptions } from './contacts.ts'

const params = parameters({ uid: Identifier, blockedUid: Identifier })

export const blockRoutes: FastifyPluginAsyncTypebox<ContactRoutesOptions> = async (
  app,
  options,
) => {
  const { contacts } = options.directory
  const change = writer(options)

  app.get(
    '/users/:uid/blocks',
    read('contacts', 'listBlocks', 'Lists whom a user blocks, by uid.', {
      params: parameters({ uid: Identifier }),
      querystring: PageQuery,
      response: { 200: pageOf('BlockPage', BlockBody) },
    }),
    async ({ params: { uid }, query }) =>
      sendPage(await contacts.listBlocks(uid, query), blockBody),
  )

  app.put(
    '/users/:uid/blocks/:blockedUid',
    write('contacts', 'setBlock', 'Lets nothing that `blockedUid` writes reach the inbox.', {
      params,
      response: { 200: BlockBody },
    }),
    async (request, reply) => {
      const { uid, blockedUid } = request.params
      return change(request, reply, {
        ...onBlock('add', uid, blockedUid),
        run: async ({ directory }) => ({
          status: 200,
          body: blockBody(await directory.contacts.block(uid, blockedUid)),
        }),
      })
    },
  )

  app.delete(
    '/users/:uid/blocks/:blockedUid',
    write('contacts', 'removeBlock', 'Ends a block.', { params, response: { 204: NOTHING } }),
    async (request, reply) => {
      const { uid, blockedUid } = request.params
      return change(request, reply, {
        ...onBlock('remove', uid, blockedUid),
        run: async ({ directory }) => {
          await directory.contacts.unblock(uid, blockedUid)
          return { status: 204 }
        },
      })
    },
  )
}

function onBlock(verb: string, uid: string, blockedUid: string) {
  return {
    action: `block.${verb}`,
    target: `user/${uid}/block/${blockedUid}`,
    async snapshot({ stores: { users, blocks } }: ActionTools) {
      await users.hold([uid, blockedUid])
      const block = await blocks.find(uid, blockedUid)
      return block && blockBody(block)
    },
  }
}
