import type { FastifyReply, FastifyRequest } from 'fastify'
import { etagOf } from '../core/admin/perform.ts'

/** Sends a state with its tag; or only that it is what the caller has (RFC 9110 §13.1.2). */
export function sendWithTag<Body>(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Body,
  /** What the tag is of, where some see more of it than others. */
  state: unknown = body,
): Body | FastifyReply {
  const tag = etagOf(state)
  reply.header('etag', tag)
  const known = request.headers['if-none-match']
  if (known?.split(',').some((one) => one.trim() === tag)) return reply.code(304).send()
  return body
}
