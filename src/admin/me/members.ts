import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { Member } from '../../core/directory/group.ts'
import { checkMayGiveRoles, checkPower, findFellow } from '../../core/directory/group-powers.ts'
import type { Stores } from '../../core/ports/unit-of-work.ts'
import { Identifier, parameters } from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { callerOf } from './caller.ts'
import { FellowMemberBody, FellowMemberPatch, fellowBody } from './group-schemas.ts'
import type { MeParts } from './me-parts.ts'
import { own } from './own-operation.ts'

const params = parameters({ gid: Identifier, uid: Identifier })

/** What owners and admins of a group do to its members. */
export const memberRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  const change = writer(options)

  app.patch(
    '/groups/:gid/members/:uid',
    own('patchFellowMember', 'Gives a member another role, or silences it.', {
      params,
      body: FellowMemberPatch,
      response: { 200: FellowMemberBody },
    }),
    async (request, reply) => {
      const by = callerOf(request).uid
      const { gid, uid } = request.params
      return change(request, reply, {
        ...onMember('patch', gid, by, uid),
        run: async (tools) => {
          await patch(tools, { gid, by, uid }, request.body)
          const { member } = await findFellow(tools.stores, gid, by, uid)
          return { status: 200, body: await bodyOf(tools.stores, member) }
        },
      })
    },
  )

  app.delete(
    '/groups/:gid/members/:uid',
    own('removeFellowMember', 'Takes a member out of a group.', {
      params,
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const by = callerOf(request).uid
      const { gid, uid } = request.params
      return change(request, reply, {
        ...onMember('remove', gid, by, uid),
        run: async ({ directory, stores }) => {
          const { by: remover, member } = await findFellow(stores, gid, by, uid)
          if (by !== uid) checkPower(remover.role, member.role)
          await directory.members.remove(gid, uid)
          return { status: 204 }
        },
      })
    },
  )
}

interface Concerned {
  readonly gid: string
  readonly by: string
  readonly uid: string
}

async function patch(
  { directory, stores }: ActionTools,
  { gid, by, uid }: Concerned,
  { role, silencedUntil }: Static<typeof FellowMemberPatch>,
): Promise<void> {
  const concerned = await findFellow(stores, gid, by, uid)
  if (silencedUntil !== undefined) {
    checkPower(concerned.by.role, concerned.member.role)
    if (silencedUntil === null) await directory.members.unsilence(gid, uid)
    else await directory.members.silence(gid, uid, new Date(silencedUntil))
  }
  if (role === undefined) return
  checkMayGiveRoles(concerned.by.role)
  await directory.members.setRole(gid, uid, role)
}

/** What is changed, and what the audit log keeps of it: nothing, to whoever has gone or is not there. */
function onMember(verb: string, gid: string, by: string, uid: string) {
  return {
    action: `member.${verb}`,
    target: `group/${gid}/member/${uid}`,
    async snapshot({ stores }: ActionTools) {
      await stores.groups.lock(gid)
      const isIn = (await stores.memberships.find(gid, by)) !== undefined
      const member = isIn ? await stores.memberships.find(gid, uid) : undefined
      return member && (await bodyOf(stores, member))
    },
  }
}

async function bodyOf({ users }: Stores, member: Member) {
  return fellowBody({ ...member, displayName: (await users.find(member.uid))?.displayName })
}
