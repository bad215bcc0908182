import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import { REQUEST_STATES } from '../../core/directory/chat-request.ts'
import { groupNotFound } from '../../core/directory/not-found.ts'
import { findOwnRequest } from '../../core/directory/own-requests.ts'
import { DomainError } from '../../core/domain-error.ts'
import { sendPage } from '../page.ts'
import { RequestBody, requestBody } from '../resources/request-schemas.ts'
import { choice, Identifier, NumberedId, PAGE, pageOf, parameters } from '../schemas.ts'
import { writer } from '../write.ts'
import { callerOf } from './caller.ts'
import type { MeParts } from './me-parts.ts'
import { own } from './own-operation.ts'

const State = Type.Optional(choice(REQUEST_STATES))

const OwnRequestQuery = parameters({
  ...PAGE,
  direction: Type.Optional(
    choice(['incoming', 'outgoing'], 'What one is asked, or has asked; incoming, if left out.'),
  ),
  state: State,
})

const params = parameters({ id: NumberedId })
const RequestPage = pageOf('RequestPage', RequestBody)

export const ownRequestRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  const { requests } = options.directory

  app.get(
    '/requests',
    own('listOwnRequests', 'Lists requests and invitations to one, or by one, the newest first.', {
      querystring: OwnRequestQuery,
      response: { 200: RequestPage },
    }),
    async (request) => {
      const { uid } = callerOf(request)
      const { direction = 'incoming', state, ...page } = request.query
      const filter = direction === 'incoming' ? { to: uid, state } : { from: uid, state }
      return sendPage(await requests.list(filter, page), (one) => requestBody(one, 'shown'))
    },
  )

  app.get(
    '/groups/:gid/requests',
    own('listOwnGroupRequests', 'Lists who asks to join a group that one leads, or is invited.', {
      params: parameters({ gid: Identifier }),
      querystring: parameters({ ...PAGE, state: State }),
      response: { 200: RequestPage },
    }),
    async (request) => {
      const { gid } = request.params
      const group = await options.own.group(callerOf(request).uid, gid)
      if (group === undefined) throw groupNotFound(gid)
      if (group.role === 'member') {
        throw new DomainError('NOT_FOUND', 'only owners and admins of the group see its requests')
      }
      const { state, ...page } = request.query
      return sendPage(await requests.list({ gid, state }, page), (one) => requestBody(one, 'shown'))
    },
  )
}

const DECISIONS = [
  {
    verb: 'accept',
    operationId: 'acceptOwnRequest',
    summary: 'Gives what one is asked for, and tells who asked.',
  },
  {
    verb: 'decline',
    operationId: 'declineOwnRequest',
    summary: 'Refuses what one is asked for, and tells who asked.',
  },
] as const

export const ownDecisionRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  const change = writer(options)

  app.get(
    '/requests/:id',
    own('readOwnRequest', 'Reads a request to one, by one, or to a group that one leads.', {
      params,
      response: { 200: RequestBody },
    }),
    async (request) => {
      const { uid } = callerOf(request)
      const { request: found } = await options.parts.unitOfWork.run((stores) =>
        findOwnRequest(stores, request.params.id, uid),
      )
      return requestBody(found, 'shown')
    },
  )

  for (const { verb, operationId, summary } of DECISIONS) {
    app.post(
      // Without the expression the router would take the verb for a part of the parameter's name.
      `/requests/:id(^[0-9]+)::${verb}`,
      own(operationId, summary, { params, response: { 200: RequestBody } }),
      async (request, reply) => {
        const { id } = request.params
        const { uid } = callerOf(request)
        return change(request, reply, {
          ...onRequest(verb, id),
          run: async ({ directory, stores }) => {
            const { part } = await findOwnRequest(stores, id, uid)
            if (part === 'sees') throw new DomainError('FORBIDDEN', 'who is asked decides')
            return { status: 200, body: requestBody(await directory.requests[verb](id), 'shown') }
          },
        })
      },
    )
  }
}

/** The audit log, which never forgets, keeps nothing of what people wrote. */
function onRequest(verb: string, id: string) {
  return {
    action: `request.${verb}`,
    target: `request/${id}`,
    async snapshot({ stores }: ActionTools) {
      const request = await stores.requests.find(id)
      return request && requestBody(request, 'hidden')
    },
  }
}
