import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { groupNotFound } from '../../core/directory/not-found.ts'
import type { FellowMember, OwnGroup } from '../../core/directory/own-views.ts'
import { readPage } from '../../core/directory/page.ts'
import { sendPage } from '../page.ts'
import { Identifier, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { callerOf } from './caller.ts'
import { FellowMemberBody, fellowBody, groupBody, OwnGroupBody } from './group-schemas.ts'
import { type MeParts, unseen } from './me-parts.ts'
import { own } from './own-operation.ts'

const params = parameters({ gid: Identifier })

/** The groups that the caller is in: no other is there. */
export const groupRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  const change = writer(options)

  async function groupOf(uid: string, gid: string) {
    const group = await options.own.group(uid, gid)
    if (group === undefined) throw groupNotFound(gid)
    return group
  }

  app.get(
    '/groups',
    own('listOwnGroups', 'Lists the groups that one is in, by gid.', {
      querystring: PageQuery,
      response: { 200: pageOf('OwnGroupPage', OwnGroupBody) },
    }),
    async (request) => {
      const { uid } = callerOf(request)
      const page = await readPage(
        request.query,
        ({ gid }: OwnGroup) => gid,
        (slice) => options.own.groups(uid, slice),
      )
      return sendPage(page, groupBody)
    },
  )

  app.get(
    '/groups/:gid',
    own('readOwnGroup', 'Reads a group that one is in.', {
      params,
      response: { 200: OwnGroupBody },
    }),
    async (request) => groupBody(await groupOf(callerOf(request).uid, request.params.gid)),
  )

  app.delete(
    '/groups/:gid',
    own('leaveGroup', 'Leaves a group.', { params, response: { 204: NOTHING } }),
    async (request, reply) => {
      const { uid } = callerOf(request)
      const { gid } = request.params
      return change(request, reply, {
        ...unseen(),
        action: 'member.leave',
        target: `group/${gid}/member/${uid}`,
        run: async ({ directory, stores }) => {
          if ((await stores.memberships.find(gid, uid)) === undefined) throw groupNotFound(gid)
          await directory.members.remove(gid, uid)
          return { status: 204 }
        },
      })
    },
  )

  app.get(
    '/groups/:gid/members',
    own('listFellowMembers', 'Lists who is in a group that one is in, by uid.', {
      params,
      querystring: PageQuery,
      response: { 200: pageOf('FellowMemberPage', FellowMemberBody) },
    }),
    async (request) => {
      const { uid } = callerOf(request)
      const { gid } = request.params
      await groupOf(uid, gid)
      const page = await readPage(
        request.query,
        (member: FellowMember) => member.uid,
        (slice) => options.own.fellows(uid, gid, slice),
      )
      return sendPage(page, fellowBody)
    },
  )
}
