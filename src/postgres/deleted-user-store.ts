import type { Kysely } from 'kysely'
import type { DeletedUserStore } from '../core/ports/user-stores.ts'
import type { Database } from './tables.ts'

export function createDeletedUserStore(db: Kysely<Database>): DeletedUserStore {
  return {
    async insert(uid) {
      await db
        .insertInto('deletedUsers')
        .values({ id: uid })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },

    async has(uid) {
      const row = await db
        .selectFrom('deletedUsers')
        .select('id')
        .where('id', '=', uid)
        .executeTakeFirst()
      return row !== undefined
    },

    async remove(uid) {
      const { numDeletedRows } = await db
        .deleteFrom('deletedUsers')
        .where('id', '=', uid)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}
