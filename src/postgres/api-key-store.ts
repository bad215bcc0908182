import { type Kysely, sql } from 'kysely'
import type { ApiKey } from '../core/admin/api-key.ts'
import { isScope, type KeyRole } from '../core/admin/scopes.ts'
import type { ApiKeyStore } from '../core/ports/admin-stores.ts'
import type { Database } from './tables.ts'

export function createApiKeyStore(db: Kysely<Database>): ApiKeyStore {
  return {
    async insert({ id, name, digest, role, scopes, expiresAt }) {
      const values = { id, name, digest, role, expiresAt: expiresAt ?? null }
      await db
        .insertInto('apiKeys')
        .values({ ...values, scopes: scopes === undefined ? null : [...scopes] })
        .execute()
    },

    async find(id) {
      const row = await selectKeys(db).where('id', '=', id).executeTakeFirst()
      return row && toApiKey(row)
    },

    async list({ after, limit }) {
      const rows = await selectKeys(db).where('id', '>', after).orderBy('id').limit(limit).execute()
      return rows.map(toApiKey)
    },

    async replace(id, by, expiresAt) {
      await db
        .updateTable('apiKeys')
        .set({
          replacedBy: by,
          expiresAt: sql<Date>`least(expires_at, ${expiresAt}::timestamptz)`,
        })
        .where('id', '=', id)
        .execute()
    },

    async remove(id) {
      const { numDeletedRows } = await db
        .deleteFrom('apiKeys')
        .where('id', '=', id)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}

/** Adds a key unless there is one with its id. */
export async function addMissingKey(
  db: Kysely<Database>,
  key: Pick<ApiKey, 'id' | 'name' | 'role'> & { readonly digest: Buffer },
): Promise<void> {
  await db
    .insertInto('apiKeys')
    .values({ ...key, scopes: null, expiresAt: null, lastUsedAt: null, replacedBy: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const COLUMNS = [
  'id',
  'name',
  'role',
  'scopes',
  'createdAt',
  'expiresAt',
  'lastUsedAt',
  'replacedBy',
] as const

function selectKeys(db: Kysely<Database>) {
  return db.selectFrom('apiKeys').select(COLUMNS)
}

interface Row {
  readonly id: string
  readonly name: string
  readonly role: KeyRole
  readonly scopes: readonly string[] | null
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
  readonly replacedBy: string | null
}

function toApiKey(row: Row): ApiKey {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    scopes: row.scopes?.filter(isScope),
    createdAt: row.createdAt,
    expiresAt: row.expiresAt ?? undefined,
    lastUsedAt: row.lastUsedAt ?? undefined,
    replacedBy: row.replacedBy ?? undefined,
  }
}
