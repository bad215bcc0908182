import sensible from '@fastify/sensible'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify'
import { createWriteGatherer } from './gather-writes.ts'
import { type Problem, problemOf } from './problem.ts'
import { closeQuickly } from './quick-close.ts'

/** EMQX 4 can send a topic question as a query, and a topic has up to 65,535 bytes, escaped 196,605. */
const HEADER_BYTES_MAX = 262_144

/** The HTTP server, empty but for its manners: errors are problems, and nothing is logged twice. */
export function createApp(log: FastifyBaseLogger): FastifyInstance {
  const app = Fastify({
    loggerInstance: log,
    // A line for each of a broker's questions costs half of the server; what matters is logged where it happens.
    logController: new LogController({ disableRequestLogging: true }),
    // While Herald drains, a 503 would be "no opinion" to EMQX 5; a question that got here is answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: HEADER_BYTES_MAX },
    // "1" is not 1: a broker's field of another type is a misunderstanding.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    // Of a target that can't be read, for which there is no route whose error handler could be asked.
    frameworkErrors: (error, request, reply) => sendProblem(reply, problemOf(error, request.id)),
  })
  closeQuickly(app)
  app.server.on('connection', createWriteGatherer())
  app.register(sensible)
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request.id)
    if (problem.status >= 500) request.log.error({ err: error }, 'request failed')
    return sendProblem(reply, problem)
  })
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, {
      title: 'Not found',
      status: 404,
      code: 'NOT_FOUND',
      detail: `There is nothing at ${request.method} ${request.url.split('?')[0]}.`,
    }),
  )
  return app
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').send(problem)
}
