import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { Directory } from '../../core/directory/directory.ts'
import { sendWithTag } from '../etag.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, type WriteParts, writer } from '../write.ts'
import { GroupBody, GroupPatch, groupBody, NewGroupBody } from './group-schemas.ts'

export interface GroupRoutesOptions extends WriteParts {
  /** For questions; whatever changes something goes through the writer. */
  readonly directory: Directory
}

const params = parameters({ gid: Identifier })

export const groupRoutes: FastifyPluginAsyncTypebox<GroupRoutesOptions> = async (app, options) => {
  const { groups } = options.directory
  const change = writer(options)

  app.get(
    '/groups',
    read('groups', 'listGroups', 'Lists groups, by gid.', {
      querystring: PageQuery,
      response: { 200: pageOf('GroupPage', GroupBody) },
    }),
    async ({ query }) => sendPage(await groups.list(query), groupBody),
  )

  app.post(
    '/groups',
    write('groups', 'createGroup', 'Makes a group.', {
      body: NewGroupBody,
      response: { 201: GroupBody },
    }),
    async (request, reply) =>
      change(request, reply, {
        ...onGroup('create', request.body.gid),
        run: async ({ directory }) => ({
          status: 201,
          body: groupBody(await directory.groups.add(request.body)),
        }),
      }),
  )

  app.get(
    '/groups/:gid',
    read('groups', 'readGroup', 'Reads a group.', { params, response: { 200: GroupBody } }),
    async (request, reply) =>
      sendWithTag(request, reply, groupBody(await groups.show(request.params.gid))),
  )

  app.patch(
    '/groups/:gid',
    write('groups', 'patchGroup', 'Changes a group.', {
      params,
      body: GroupPatch,
      response: { 200: GroupBody },
    }),
    async (request, reply) =>
      change(request, reply, {
        ...onGroup('patch', request.params.gid),
        run: async ({ directory }) => ({
          status: 200,
          body: groupBody(await directory.groups.patch(request.params.gid, request.body)),
        }),
      }),
  )

  app.delete(
    '/groups/:gid',
    write('groups', 'dissolveGroup', 'Dissolves a group, with members, bans, rules and requests.', {
      params,
      response: { 204: NOTHING },
    }),
    async (request, reply) =>
      change(request, reply, {
        ...onGroup('dissolve', request.params.gid),
        run: async ({ directory }) => {
          await directory.groups.remove(request.params.gid)
          return { status: 204 }
        },
      }),
  )
}

/** What is changed, and what the audit log keeps of it. */
function onGroup(verb: string, gid: string) {
  return {
    action: `group.${verb}`,
    target: `group/${gid}`,
    async snapshot({ stores }: ActionTools) {
      await stores.groups.lock(gid)
      const group = await stores.groups.find(gid)
      return group && groupBody(group)
    },
  }
}
