import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import { sendWithTag } from '../etag.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { MemberBody, MemberPatch, memberBody, NewMemberBody } from './group-schemas.ts'
import type { GroupRoutesOptions } from './groups.ts'

const ofGroup = parameters({ gid: Identifier })
const ofUser = parameters({ uid: Identifier })
const params = parameters({ gid: Identifier, uid: Identifier })
const MemberPage = pageOf('MemberPage', MemberBody)

/** The members of groups, one by one. */
export const memberRoutes: FastifyPluginAsyncTypebox<GroupRoutesOptions> = async (app, options) => {
  const { members } = options.directory
  const change = writer(options)

  app.get(
    '/users/:uid/groups',
    read('groups', 'listGroupsOfUser', 'Lists what a user is a member of, by gid.', {
      params: ofUser,
      querystring: PageQuery,
      response: { 200: MemberPage },
    }),
    async ({ params: { uid }, query }) => sendPage(await members.listOf(uid, query), memberBody),
  )

  app.get(
    '/groups/:gid/members',
    read('groups', 'listMembers', "Lists a group's members, by uid.", {
      params: ofGroup,
      querystring: PageQuery,
      response: { 200: MemberPage },
    }),
    async ({ params: { gid }, query }) => sendPage(await members.list(gid, query), memberBody),
  )

  app.post(
    '/groups/:gid/members',
    write('groups', 'addMember', 'Makes a user a member.', {
      params: ofGroup,
      body: NewMemberBody,
      response: { 201: MemberBody },
    }),
    async (request, reply) => {
      const { gid } = request.params
      const { uid, role = 'member' } = request.body
      return change(request, reply, {
        ...onMember('add', gid, uid),
        run: async ({ directory }) => ({
          status: 201,
          body: memberBody(await directory.members.add(gid, uid, role)),
        }),
      })
    },
  )

  app.get(
    '/groups/:gid/members/:uid',
    read('groups', 'readMember', 'Reads a membership.', { params, response: { 200: MemberBody } }),
    async (request, reply) => {
      const { gid, uid } = request.params
      return sendWithTag(request, reply, memberBody(await members.show(gid, uid)))
    },
  )

  app.patch(
    '/groups/:gid/members/:uid',
    write('groups', 'patchMember', 'Gives a member a role, or silences them for a while.', {
      params,
      body: MemberPatch,
      response: { 200: MemberBody },
    }),
    async (request, reply) => {
      const { gid, uid } = request.params
      const { role, silencedUntil: until } = request.body
      const silencedUntil = typeof until === 'string' ? new Date(until) : until
      return change(request, reply, {
        ...onMember('patch', gid, uid),
        run: async ({ directory }) => ({
          status: 200,
          body: memberBody(await directory.members.patch(gid, uid, { role, silencedUntil })),
        }),
      })
    },
  )

  app.delete(
    '/groups/:gid/members/:uid',
    write('groups', 'removeMember', 'Ends a membership.', { params, response: { 204: NOTHING } }),
    async (request, reply) => {
      const { gid, uid } = request.params
      return change(request, reply, {
        ...onMember('remove', gid, uid),
        run: async ({ directory }) => {
          await directory.members.remove(gid, uid)
          return { status: 204 }
        },
      })
    },
  )
}

/** Whoever takes several locks takes those of users before those of groups. */
function onMember(verb: string, gid: string, uid: string) {
  return {
    action: `member.${verb}`,
    target: `group/${gid}/member/${uid}`,
    async snapshot({ stores }: ActionTools) {
      await stores.users.hold([uid])
      await stores.groups.lock(gid)
      const member = await stores.memberships.find(gid, uid)
      return member && memberBody(member)
    },
  }
}
