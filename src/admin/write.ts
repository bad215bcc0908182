import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  type Action,
  type ActionTools,
  type Idempotency,
  perform,
  type Ran,
} from '../core/admin/perform.ts'
import type { DirectoryParts } from '../core/directory/directory-parts.ts'
import { DomainError } from '../core/domain-error.ts'
import { actorOf } from './authentication.ts'

export interface WriteParts {
  /** What the directory is made from, anew on each write's transaction. */
  readonly parts: DirectoryParts
}

/** What a handler that changes something says about it. */
export type Change = Pick<Action, 'action' | 'target' | 'snapshot' | 'password'> & {
  run(tools: ActionTools): Promise<Pick<Ran, 'status' | 'done'> & { readonly body?: unknown }>
}

export type Writer = (
  request: FastifyRequest,
  reply: FastifyReply,
  change: Change,
) => Promise<FastifyReply>

/** The answer that has no body. */
export const NOTHING = Type.Null({ description: 'Done.' })

const KEY_BYTES_MAX = 255

/**
 * Makes changes, each in one transaction with its audit entry and its kept answer, and sends the answer:
 * with its ETag where the body is what was changed.
 */
export function writer({ parts }: WriteParts): Writer {
  return async (request, reply, { run, ...change }) => {
    const answer = await perform(parts, {
      ...change,
      actor: actorOf(request),
      requestId: request.id,
      idempotency: idempotencyOf(request),
      ifMatch: headerOf(request, 'if-match'),
      run: async (tools): Promise<Ran> => {
        const { status, body, done } = await run(tools)
        return { status, body, done, headers: {} }
      },
    })
    reply.code(answer.status).headers(answer.headers)
    if (answer.isRepeated) reply.header('idempotent-replayed', 'true')
    return answer.body === undefined ? reply.send() : reply.send(answer.body)
  }
}

function idempotencyOf(request: FastifyRequest): Idempotency | undefined {
  const key = headerOf(request, 'idempotency-key')
  if (key === undefined) return undefined
  if (key === '' || Buffer.byteLength(key) > KEY_BYTES_MAX) {
    const message = `Idempotency-Key must be 1 to ${KEY_BYTES_MAX} bytes`
    throw new DomainError('INVALID_TEXT', message, 'Idempotency-Key')
  }
  const text = `${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`
  return { key, request: hash('sha256', text, 'buffer') }
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
