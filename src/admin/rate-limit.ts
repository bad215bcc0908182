import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { DomainError } from '../core/domain-error.ts'

/** So many requests of one caller in a minute. */
export async function limitRate(app: FastifyInstance, requestsPerMinuteMax: number): Promise<void> {
  await app.register(rateLimit, {
    hook: 'preParsing',
    max: requestsPerMinuteMax,
    timeWindow: 60_000,
    enableDraftSpec: true,
    keyGenerator: ({ actor, ip }) => actor?.name ?? ip,
    errorResponseBuilder: (_request, { max, after }) =>
      new DomainError('TOO_MANY_REQUESTS', `more than ${max} in a minute: try again in ${after}`),
  })
}
