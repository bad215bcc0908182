import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { Directory } from '../../core/directory/directory.ts'
import { actorOf } from '../authentication.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { NumberedId, pageOf, parameters } from '../schemas.ts'
import { type WriteParts, writer } from '../write.ts'
import { RequestBody, RequestQuery, requestBody, wordsFor } from './request-schemas.ts'

export interface RequestRoutesOptions extends WriteParts {
  /** For questions; whatever changes something goes through the writer. */
  readonly directory: Directory
}

const params = parameters({ id: NumberedId })

const DECISIONS = [
  {
    verb: 'accept',
    operationId: 'acceptRequest',
    summary: 'Gives what was asked for, and tells who asked.',
  },
  {
    verb: 'decline',
    operationId: 'declineRequest',
    summary: 'Refuses what was asked for, and tells who asked.',
  },
] as const

export const requestRoutes: FastifyPluginAsyncTypebox<RequestRoutesOptions> = async (
  app,
  options,
) => {
  const { requests } = options.directory
  const change = writer(options)

  app.get(
    '/requests',
    read('requests', 'listRequests', 'Lists requests that meet all filters, the newest first.', {
      querystring: RequestQuery,
      response: { 200: pageOf('RequestPage', RequestBody) },
    }),
    async (request) => {
      const { limit, after, group: gid, ...filter } = request.query
      const words = wordsFor(actorOf(request))
      const page = await requests.list({ ...filter, gid }, { limit, after })
      return sendPage(page, (one) => requestBody(one, words))
    },
  )

  app.get(
    '/requests/:id',
    read('requests', 'readRequest', 'Reads a request.', {
      params,
      response: { 200: RequestBody },
    }),
    async (request) =>
      requestBody(await requests.show(request.params.id), wordsFor(actorOf(request))),
  )

  for (const { verb, operationId, summary } of DECISIONS) {
    app.post(
      // Without the expression the router would take the verb for a part of the parameter's name.
      `/requests/:id(^[0-9]+)::${verb}`,
      write('requests', operationId, summary, { params, response: { 200: RequestBody } }),
      async (request, reply) => {
        const { id } = request.params
        const words = wordsFor(actorOf(request))
        return change(request, reply, {
          ...onRequest(verb, id),
          run: async ({ directory }) => ({
            status: 200,
            body: requestBody(await directory.requests[verb](id), words),
          }),
        })
      },
    )
  }
}

/** The audit log, which never forgets, keeps nothing of what people wrote. The core refuses who comes second. */
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
