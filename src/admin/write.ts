import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Answer } from '../core/admin/answer.ts'
import { type Action, type ActionTools, type Idempotency, perform } from '../core/admin/perform.ts'
import type { DirectoryParts } from '../core/directory/directory-parts.ts'
import { DomainError } from '../core/domain-error.ts'
import { actorOf } from './authentication.ts'

/** What a handler that changes something says about it. */
export type Change = Pick<Action, 'action' | 'target' | 'snapshot'> & {
  run(tools: ActionTools): Promise<Pick<Answer, 'status' | 'body'> & Partial<Answer>>
}

const KEY_BYTES_MAX = 255

/** Makes a change in one transaction with its audit entry and its kept answer, and sends the answer. */
export async function write(
  parts: DirectoryParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { run, ...change }: Change,
): Promise<FastifyReply> {
  const answer = await perform(parts, {
    ...change,
    actor: actorOf(request),
    requestId: request.id,
    idempotency: idempotencyOf(request),
    ifMatch: headerOf(request, 'if-match'),
    run: async (tools) => ({ headers: {}, ...(await run(tools)) }),
  })
  reply.code(answer.status).headers(answer.headers)
  if (answer.isRepeated) reply.header('idempotent-replayed', 'true')
  return answer.body === undefined ? reply.send() : reply.send(answer.body)
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
