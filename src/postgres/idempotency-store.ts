import { type Kysely, sql } from 'kysely'
import type { IdempotencyStore } from '../core/ports/admin-stores.ts'
import type { Database } from './tables.ts'

/** Of the lock that requests with one key wait for each other with. */
const LOCKS = 0x68656b79

export function createIdempotencyStore(db: Kysely<Database>): IdempotencyStore {
  return {
    async find(actor, key) {
      await sql`select pg_advisory_xact_lock(${LOCKS}, hashtext(${`${actor} ${key}`}))`.execute(db)
      const row = await db
        .selectFrom('idempotencyKeys')
        .select(['request', 'answer'])
        .where('actor', '=', actor)
        .where('key', '=', key)
        .executeTakeFirst()
      return row
    },

    async keep(actor, key, { request, answer }) {
      await db.insertInto('idempotencyKeys').values({ actor, key, request, answer }).execute()
    },
  }
}
