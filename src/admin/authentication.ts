import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../core/admin/actor.ts'
import { readingOf, type Scope } from '../core/admin/scopes.ts'
import { DomainError } from '../core/domain-error.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who makes it; set before any handler of the REST API runs. */
    actor: Actor | undefined
  }
  interface FastifyContextConfig {
    /** What a key needs to call the operation. */
    scope?: Scope
    /** The type of the body that it takes, or answers with, where that is not JSON. */
    takes?: string
    answers?: string
  }
}

/** Lets nobody through but those who prove who they are and may do what they ask for. */
export function demandKey(
  app: FastifyInstance,
  authenticate: (secret: string) => Promise<Actor | undefined>,
): void {
  app.decorateRequest('actor', undefined)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const secret = bearerOf(request)
    const actor = secret === undefined ? undefined : await authenticate(secret)
    if (actor === undefined) {
      reply.header('www-authenticate', 'Bearer realm="herald"')
      const message = 'send "Authorization: Bearer hk_…" with a valid API key'
      throw new DomainError('UNAUTHENTICATED', message, 'Authorization')
    }
    request.actor = actor
    checkScope(request, actor)
  })
}

/** Whoever may not even see something is not told that it is there. */
function checkScope(request: FastifyRequest, { scopes }: Actor): void {
  const { scope } = request.routeOptions.config
  if (scope !== undefined && scopes.has(scope)) return
  if (scope !== undefined && scopes.has(readingOf(scope))) {
    throw new DomainError('FORBIDDEN', `this API key lacks the scope ${scope}`)
  }
  const target = `${request.method} ${request.url.split('?')[0]}`
  throw new DomainError('NOT_FOUND', `There is nothing at ${target}.`)
}

/** The caller, in a handler. */
export function actorOf({ actor }: FastifyRequest): Actor {
  if (actor === undefined) throw new Error('a handler ran before its caller was known')
  return actor
}

function bearerOf({ headers: { authorization = '' } }: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1]
}
