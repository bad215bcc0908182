import type { Kysely } from 'kysely'
import { groupNotFound, userNotFound } from '../core/directory/not-found.ts'
import type { BanStore } from '../core/ports/group-stores.ts'
import type { Database } from './tables.ts'
import { refusing } from './violations.ts'

export function createBanStore(db: Kysely<Database>): BanStore {
  return {
    async insert(gid, uid) {
      const query = db
        .insertInto('groupBans')
        .values({ groupId: gid, userId: uid })
        .onConflict((conflict) => conflict.doNothing())
      await refusing(
        {
          group_bans_group_id_fkey: () => groupNotFound(gid),
          group_bans_user_id_fkey: () => userNotFound(uid),
        },
        () => query.execute(),
      )
    },

    async find(gid, uid) {
      const row = await db
        .selectFrom('groupBans')
        .select('createdAt')
        .where('groupId', '=', gid)
        .where('userId', '=', uid)
        .executeTakeFirst()
      return row && { gid, uid, createdAt: row.createdAt }
    },

    async list(gid, { after, limit }) {
      const rows = await db
        .selectFrom('groupBans')
        .select(['userId', 'createdAt'])
        .where('groupId', '=', gid)
        .where('userId', '>', after)
        .orderBy('userId')
        .limit(limit)
        .execute()
      return rows.map(({ userId, createdAt }) => ({ gid, uid: userId, createdAt }))
    },

    async remove(gid, uid) {
      const { numDeletedRows } = await db
        .deleteFrom('groupBans')
        .where('groupId', '=', gid)
        .where('userId', '=', uid)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}
