import type { FastifySchema } from 'fastify'
import type { Resource } from '../core/admin/scopes.ts'
import { PROBLEMS } from './schemas.ts'

/** What an operation's route says of itself, with what is the same for all of them. */
export function read<const Schema extends FastifySchema>(
  resource: Resource,
  operationId: string,
  summary: string,
  schema: Schema,
) {
  return describe(`${resource}:read` as const, resource, operationId, summary, schema)
}
export function write<const Schema extends FastifySchema>(
  resource: Resource,
  operationId: string,
  summary: string,
  schema: Schema,
) {
  return describe(`${resource}:write` as const, resource, operationId, summary, schema)
}

function describe<const Schema extends FastifySchema, const S extends `${Resource}:${'read' | 'write'}`>(
  scope: S,
  tag: Resource,
  operationId: string,
  summary: string,
  schema: Schema,
) {
  return {
    config: { scope },
    schema: { ...schema, operationId, summary, tags: [tag], security: [{ apiKey: [] }] },
  }
}
