import { Writable } from 'node:stream'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify from 'fastify'
import { Type } from 'typebox'
import { Emqx5Connect, Emqx5Topic } from '../../src/broker/emqx5.ts'

/**
 * What Herald can't beat: a Fastify route with its schema, its body and its reply, and nothing
 * between. The reply is one that Herald gave, and Fastify's options are those of `src/http/app.ts`,
 * written out so that what is added there is not added here.
 */
const AnyEvent = Type.Object({ clientid: Type.String(), username: Type.String() })

const { BENCH_PORT = '', BENCH_REPLY = '' } = process.env

const app = Fastify({
  logger: { stream: new Writable({ write: (_line, _encoding, done) => done() }) },
  disableRequestLogging: true,
  return503OnClosing: false,
  forceCloseConnections: 'idle',
  http: { maxHeaderSize: 262_144 },
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
}).withTypeProvider<TypeBoxTypeProvider>()

app.get('/readyz', async () => ({ ready: true }))
app.post('/emqx/5/connect', { schema: { body: Emqx5Connect } }, async (_request, reply) =>
  reply.header('content-type', 'application/json').send(BENCH_REPLY),
)
app.post('/emqx/5/events', { schema: { body: AnyEvent } }, async (_request, reply) =>
  BENCH_REPLY === ''
    ? reply.code(204).send()
    : reply.header('content-type', 'application/json').send(BENCH_REPLY),
)
app.post('/emqx/5/topic', { schema: { body: Emqx5Topic } }, async (_request, reply) =>
  reply.header('content-type', 'application/json').send(BENCH_REPLY),
)

await app.listen({ port: Number(BENCH_PORT), host: '127.0.0.1' })
process.on('SIGTERM', () => {
  void app.close()
})
