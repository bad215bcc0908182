import type { Kysely } from 'kysely'
import { userNotFound } from '../core/directory/not-found.ts'
import type { BlockStore } from '../core/ports/contact-stores.ts'
import type { Database } from './tables.ts'
import { refusing } from './violations.ts'

export function createBlockStore(db: Kysely<Database>): BlockStore {
  return {
    async insert(uid, blockedUid) {
      const query = db
        .insertInto('blocks')
        .values({ userId: uid, blockedId: blockedUid })
        .onConflict((conflict) => conflict.doNothing())
      await refusing(
        {
          blocks_user_id_fkey: () => userNotFound(uid),
          blocks_blocked_id_fkey: () => userNotFound(blockedUid, 'blockedUid'),
        },
        () => query.execute(),
      )
    },

    async find(uid, blockedUid) {
      const row = await db
        .selectFrom('blocks')
        .select('createdAt')
        .where('userId', '=', uid)
        .where('blockedId', '=', blockedUid)
        .executeTakeFirst()
      return row && { uid, blockedUid, createdAt: row.createdAt }
    },

    async list(uid, { after, limit }) {
      const rows = await db
        .selectFrom('blocks')
        .select(['blockedId', 'createdAt'])
        .where('userId', '=', uid)
        .where('blockedId', '>', after)
        .orderBy('blockedId')
        .limit(limit)
        .execute()
      return rows.map(({ blockedId, createdAt }) => ({ uid, blockedUid: blockedId, createdAt }))
    },

    async remove(uid, blockedUid) {
      const { numDeletedRows } = await db
        .deleteFrom('blocks')
        .where('userId', '=', uid)
        .where('blockedId', '=', blockedUid)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}
