import { type Kysely, sql } from 'kysely'
import type { DeletedUserStore } from '../core/ports/user-stores.ts'
import type { Database } from './tables.ts'

export function createDeletedUserStore(db: Kysely<Database>): DeletedUserStore {
  return {
    async insert(uid) {
      // One that was released and made again keeps its pseudonym, where traces still bear it.
      await sql`
        insert into deleted_users as d (id) values (${uid})
        on conflict (id) do update
          set deleted_at = now(), released_at = null, erase_at = now(),
            pseudonym = coalesce(d.pseudonym, excluded.pseudonym)
          where d.released_at is not null
      `.execute(db)
    },

    async has(uid) {
      const row = await db
        .selectFrom('deletedUsers')
        .select('id')
        .where('id', '=', uid)
        .where('releasedAt', 'is', null)
        .executeTakeFirst()
      return row !== undefined
    },

    async list({ after, limit }) {
      const rows = await db
        .selectFrom('deletedUsers')
        .select(['id', 'deletedAt'])
        .where('id', '>', after)
        .where('releasedAt', 'is', null)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(({ id, deletedAt }) => ({ uid: id, deletedAt }))
    },

    async remove(uid) {
      // What is still to be erased is not forgotten with it.
      const { numUpdatedRows } = await db
        .updateTable('deletedUsers')
        .set({ releasedAt: sql<Date>`now()` })
        .where('id', '=', uid)
        .where('releasedAt', 'is', null)
        .executeTakeFirst()
      await db
        .deleteFrom('deletedUsers')
        .where('id', '=', uid)
        .where('eraseAt', 'is', null)
        .where('releasedAt', 'is not', null)
        .execute()
      return numUpdatedRows === 1n
    },
  }
}
