import type { OperationSchemas } from '../operation.ts'

/**
 * What a route under `/v1/me` says of itself. It needs no scope: whoever calls may do everything here, to
 * what is their own.
 */
export function own<const Schemas extends OperationSchemas>(
  operationId: string,
  summary: string,
  schemas: Schemas,
) {
  return { schema: { ...schemas, operationId, summary, tags: ['me'] } }
}
