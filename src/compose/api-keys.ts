import type { Kysely } from 'kysely'
import { type ApiKeys, createApiKeys } from '../core/admin/api-keys.ts'
import { makeApiKey } from '../credentials/api-key.ts'
import type { Database } from '../postgres/tables.ts'
import { createUnitOfWork } from '../postgres/unit-of-work.ts'

/** The keys to the REST API, on a database. */
export function composeApiKeys(db: Kysely<Database>): ApiKeys {
  return createApiKeys({ unitOfWork: createUnitOfWork(db), makeApiKey, now: () => new Date() })
}
