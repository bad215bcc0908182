import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'

/** Something Herald needs, and whether it is there. */
export interface ReadinessCheck {
  readonly name: string
  /** Undefined when all is well, else what is missing, in a sentence. */
  missing(): Promise<string | undefined>
}

export interface OperationsRoutesOptions {
  readonly checks: readonly ReadinessCheck[]
  expose(): Promise<{ readonly contentType: string; readonly body: string }>
}

const Readiness = Type.Object({
  ready: Type.Boolean(),
  missing: Type.Array(Type.Object({ name: Type.String(), reason: Type.String() })),
})

/** For those who run Herald: alive, ready, measured. */
export const operationsRoutes: FastifyPluginAsync<OperationsRoutesOptions> = async (
  app,
  { checks, expose },
) => {
  app.get('/healthz', async () => ({ status: 'ok' }))

  app.get(
    '/readyz',
    { schema: { response: { 200: Readiness, 503: Readiness } } },
    async (_request, reply) => {
      const readiness = await examine(checks)
      return reply.code(readiness.ready ? 200 : 503).send(readiness)
    },
  )

  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await expose()
    return reply.header('content-type', contentType).send(body)
  })
}

async function examine(checks: readonly ReadinessCheck[]): Promise<Static<typeof Readiness>> {
  const results = await Promise.all(
    checks.map(async ({ name, missing }) => ({ name, reason: await missing() })),
  )
  const missing = results.flatMap(({ name, reason }) =>
    reason === undefined ? [] : [{ name, reason }],
  )
  return { ready: missing.length === 0, missing }
}
