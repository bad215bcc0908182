import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import { MANY_MEMBERS_MAX } from '../../core/directory/many-members.ts'
import { write } from '../operation.ts'
import { Identifier, named, parameters } from '../schemas.ts'
import { writer } from '../write.ts'
import { groupBody, NewMemberBody } from './group-schemas.ts'
import type { GroupRoutesOptions } from './groups.ts'

const NewMembers = named(
  'NewMembers',
  { members: Type.Array(NewMemberBody, { minItems: 1, maxItems: MANY_MEMBERS_MAX }) },
  'Users who are to join; of one who is named twice, the first counts.',
)

const LeavingMembers = named(
  'LeavingMembers',
  { uids: Type.Array(Identifier, { minItems: 1, maxItems: MANY_MEMBERS_MAX }) },
  'Members who are to go.',
)

const Refused = Type.Array(
  named(
    'RefusedMember',
    {
      index: Type.Integer({ minimum: 0, description: 'Where in the request, from 0.' }),
      uid: Identifier,
      code: Type.String({ description: 'As of a problem.' }),
      detail: Type.String(),
    },
    'One of many, to whom nothing was done.',
  ),
)

const Count = Type.Integer({ minimum: 0 })

const AddedMembers = named(
  'AddedMembers',
  { added: Count, unchanged: Count, refused: Refused },
  'What became of many who were to join; who was a member already keeps their role.',
)

const RemovedMembers = named(
  'RemovedMembers',
  { removed: Count, unchanged: Count, refused: Refused },
  'What became of many who were to go.',
)

/** So many members with the longest of names, all of it escaped. */
const BODY_BYTES_MAX = 10 * 1024 * 1024

const params = parameters({ gid: Identifier })

/** The members of a group, thousands at once. */
export const memberBatchRoutes: FastifyPluginAsyncTypebox<GroupRoutesOptions> = async (
  app,
  options,
) => {
  const change = writer(options)

  app.put(
    '/groups/:gid/members::batch',
    {
      ...write(
        'groups',
        'addMembers',
        'Makes many users members; says who could not be, and why.',
        {
          params,
          body: NewMembers,
          response: { 200: AddedMembers },
        },
      ),
      bodyLimit: BODY_BYTES_MAX,
    },
    async (request, reply) => {
      const { gid } = request.params
      const members = request.body.members.map(({ uid, role = 'member' }) => ({ uid, role }))
      return change(request, reply, {
        ...onMembers('add', gid),
        run: async ({ directory }) => {
          const { added, ...others } = await directory.members.addMany(gid, members)
          return { status: 200, body: { added: added.length, ...others }, done: { added } }
        },
      })
    },
  )

  app.post(
    '/groups/:gid/members::remove',
    {
      ...write('groups', 'removeMembers', 'Ends many memberships; says which could not be ended.', {
        params,
        body: LeavingMembers,
        response: { 200: RemovedMembers },
      }),
      bodyLimit: BODY_BYTES_MAX,
    },
    async (request, reply) => {
      const { gid } = request.params
      return change(request, reply, {
        ...onMembers('remove', gid),
        run: async ({ directory }) => {
          const { removed, ...others } = await directory.members.removeMany(gid, request.body.uids)
          return { status: 200, body: { removed: removed.length, ...others }, done: { removed } }
        },
      })
    },
  )
}

/** Takes no lock: users are held first, and only the core knows which. */
function onMembers(verb: string, gid: string) {
  return {
    action: `members.${verb}`,
    target: `group/${gid}`,
    async snapshot({ stores }: ActionTools) {
      const group = await stores.groups.find(gid)
      return group && groupBody(group)
    },
  }
}
