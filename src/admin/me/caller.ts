import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiLogin, ApiLoginVerdict } from '../../core/access/api-login.ts'
import type { Actor } from '../../core/admin/actor.ts'
import { DomainError } from '../../core/domain-error.ts'
import { readAuthorization } from './authorization.ts'

/** Whose app calls, and from where. */
export interface Caller {
  readonly uid: string
  /** Undefined where the credential is a user's and names no device. */
  readonly clientId: string | undefined
}

export interface CallerOptions {
  readonly login: ApiLogin
  /** What answers that are kept for a caller are sealed with. */
  readonly sealOf: (credential: string) => string
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler under `/v1/me` runs. */
    caller: Caller | undefined
  }
}

/** Lets nobody through but those whom the broker would let in. */
export function demandCaller(app: FastifyInstance, { login, sealOf }: CallerOptions): void {
  app.decorateRequest('actor', undefined)
  app.decorateRequest('caller', undefined)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const shown = readAuthorization(request.headers)
    const verdict = shown === undefined ? NOTHING : await login({ ...shown, address: request.ip })
    if (verdict.kind !== 'allow') {
      reply.header('www-authenticate', 'Basic realm="herald", charset="UTF-8"')
      throw refusalOf(request, verdict)
    }
    request.caller = verdict
    request.actor = actorFor(verdict, sealOf(shown?.credential ?? ''))
  })
}

/** Without scopes: there is nothing that it may do for others. */
function actorFor({ uid, clientId }: Caller, secret: string): Actor {
  const name = clientId === undefined ? `user/${uid}` : `device/${clientId}`
  return { name, scopes: new Set(), secret }
}

const NOTHING: ApiLoginVerdict = { kind: 'deny', reason: 'no-credential' }

/** Why exactly stays in the log, as at the broker. */
function refusalOf(
  { log }: FastifyRequest,
  { kind, reason }: Exclude<ApiLoginVerdict, { readonly kind: 'allow' }>,
): DomainError {
  log.info({ reason }, 'call to /v1/me refused')
  if (kind === 'deny') {
    const message = 'send what the device logs in to the broker with: Basic or Bearer'
    return new DomainError('UNAUTHENTICATED', message, 'Authorization')
  }
  return reason === 'slowed-down'
    ? new DomainError('TOO_MANY_REQUESTS', 'too many wrong passwords: try again later')
    : new DomainError('UNAVAILABLE', 'the credential can’t be checked now: try again')
}

/** The caller, in a handler. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === undefined) throw new Error('a handler ran before its caller was known')
  return caller
}

/** The calling device, where one has to be known. */
export function deviceOf(request: FastifyRequest): string {
  const { clientId } = callerOf(request)
  if (clientId !== undefined) return clientId
  const message = 'the token names no device: send its client id as X-Herald-Client-Id'
  throw new DomainError('DEVICE_NOT_FOUND', message, 'X-Herald-Client-Id')
}
