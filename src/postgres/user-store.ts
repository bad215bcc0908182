import { type Kysely, sql, type UpdateObject } from 'kysely'
import type { UserStore } from '../core/ports/user-stores.ts'
import { forgetUser } from './forget-user.ts'
import { searchUsers } from './search-users.ts'
import type { Database } from './tables.ts'
import { selectUsers, toUser } from './user-rows.ts'

export function createUserStore(db: Kysely<Database>): UserStore {
  return {
    async insert({ uid, displayName, contactPolicy }) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('users')
        .values({
          id: uid,
          displayName: displayName ?? null,
          contactPolicy: contactPolicy ?? null,
          disabledAt: null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },

    async find(uid) {
      const row = await selectUsers(db).where('id', '=', uid).executeTakeFirst()
      return row && toUser(row)
    },

    async list({ after, limit }) {
      const rows = await selectUsers(db)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(toUser)
    },

    async listDisabled({ after, limit }) {
      const rows = await selectUsers(db)
        .where('disabledAt', 'is not', null)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(toUser)
    },

    search: (search) => searchUsers(db, search),

    async hold(uids) {
      // The lock that a foreign key takes; in order, so that two who hold the same can't cross.
      const rows = await db
        .selectFrom('users')
        .select('id')
        .where('id', '=', sql<string>`any(${[...uids]}::text[])`)
        .orderBy('id')
        .forKeyShare()
        .execute()
      return new Set(rows.map(({ id }) => id))
    },

    async lock(uid) {
      const row = await db
        .selectFrom('users')
        .select('id')
        .where('id', '=', uid)
        .forUpdate()
        .executeTakeFirst()
      return row !== undefined
    },

    disable: (uid, at) => update(db, uid, { disabledAt: sql<Date>`coalesce(disabled_at, ${at})` }),
    enable: (uid) => update(db, uid, { disabledAt: null }),
    setContactPolicy: (uid, policy) => update(db, uid, { contactPolicy: policy ?? null }),

    async update(uid, { displayName, contactPolicy }) {
      const change = {
        ...(displayName !== undefined && { displayName }),
        ...(contactPolicy !== undefined && { contactPolicy }),
      }
      if (Object.keys(change).length === 0) return true
      return update(db, uid, change)
    },

    async remove(uid) {
      await forgetUser(db, uid)
      const { numDeletedRows } = await db
        .deleteFrom('users')
        .where('id', '=', uid)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}

async function update(
  db: Kysely<Database>,
  uid: string,
  change: UpdateObject<Database, 'users'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('users')
    .set(change)
    .where('id', '=', uid)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
