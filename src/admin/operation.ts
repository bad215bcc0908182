import type { TSchema } from 'typebox'
import type { Resource, Scope } from '../core/admin/scopes.ts'

/** Lines of JSON: https://github.com/ndjson/ndjson-spec */
export const NDJSON = 'application/x-ndjson'

/** The schemas of a route, as far as it has any. */
export interface OperationSchemas {
  readonly params?: TSchema
  readonly querystring?: TSchema
  readonly body?: TSchema
  /** The answers that are not problems. */
  readonly response?: Readonly<Record<number, TSchema>>
}

/** What a route that only reads says of itself. `operationId` is for generated clients, `summary` for people. */
export function read<const Schemas extends OperationSchemas>(
  resource: Resource,
  operationId: string,
  summary: string,
  schemas: Schemas,
) {
  return describe(`${resource}:read`, resource, operationId, summary, schemas)
}

/** The same of a route that changes something. */
export function write<const Schemas extends OperationSchemas>(
  resource: Resource,
  operationId: string,
  summary: string,
  schemas: Schemas,
) {
  return describe(`${resource}:write`, resource, operationId, summary, schemas)
}

function describe<const Schemas extends OperationSchemas>(
  scope: Scope,
  resource: Resource,
  operationId: string,
  summary: string,
  schemas: Schemas,
) {
  return { config: { scope }, schema: { ...schemas, operationId, summary, tags: [resource] } }
}
