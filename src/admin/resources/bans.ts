import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { BanBody, banBody } from './group-schemas.ts'
import type { GroupRoutesOptions } from './groups.ts'

const params = parameters({ gid: Identifier, uid: Identifier })

/** Who is kept out of a group. */
export const banRoutes: FastifyPluginAsyncTypebox<GroupRoutesOptions> = async (app, options) => {
  const { bans } = options.directory
  const change = writer(options)

  app.get(
    '/groups/:gid/bans',
    read('groups', 'listBans', 'Lists who is banned from a group, by uid.', {
      params: parameters({ gid: Identifier }),
      querystring: PageQuery,
      response: { 200: pageOf('BanPage', BanBody) },
    }),
    async ({ params: { gid }, query }) => sendPage(await bans.list(gid, query), banBody),
  )

  app.put(
    '/groups/:gid/bans/:uid',
    write('groups', 'setBan', 'Bans a user, whose membership ends.', {
      params,
      response: { 200: BanBody },
    }),
    async (request, reply) => {
      const { gid, uid } = request.params
      return change(request, reply, {
        ...onBan('add', gid, uid),
        run: async ({ directory }) => ({
          status: 200,
          body: banBody(await directory.bans.add(gid, uid)),
        }),
      })
    },
  )

  app.delete(
    '/groups/:gid/bans/:uid',
    write('groups', 'liftBan', 'Lifts a ban.', { params, response: { 204: NOTHING } }),
    async (request, reply) => {
      const { gid, uid } = request.params
      return change(request, reply, {
        ...onBan('lift', gid, uid),
        run: async ({ directory }) => {
          await directory.bans.remove(gid, uid)
          return { status: 204 }
        },
      })
    },
  )
}

/** Whoever takes several locks takes those of users before those of groups. */
function onBan(verb: string, gid: string, uid: string) {
  return {
    action: `ban.${verb}`,
    target: `group/${gid}/ban/${uid}`,
    async snapshot({ stores }: ActionTools) {
      await stores.users.hold([uid])
      await stores.groups.lock(gid)
      const ban = await stores.bans.find(gid, uid)
      return ban && banBody(ban)
    },
  }
}
