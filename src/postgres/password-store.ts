import type { Kysely } from 'kysely'
import { userNotFound } from '../core/directory/not-found.ts'
import type { PasswordStore } from '../core/ports/user-stores.ts'
import type { Database } from './tables.ts'
import { refusing } from './violations.ts'

export function createPasswordStore(db: Kysely<Database>): PasswordStore {
  return {
    async set(uid, hash) {
      const query = db
        .insertInto('userPasswords')
        .values({ userId: uid, hash })
        // `excluded` carries the version that the column's default has just drawn.
        .onConflict((conflict) =>
          conflict.column('userId').doUpdateSet(({ ref }) => ({
            hash: ref('excluded.hash'),
            version: ref('excluded.version'),
            updatedAt: ref('excluded.updatedAt'),
          })),
        )
      await refusing({ user_passwords_user_id_fkey: () => userNotFound(uid) }, () =>
        query.execute(),
      )
    },

    async remove(uid) {
      const { numDeletedRows } = await db
        .deleteFrom('userPasswords')
        .where('userId', '=', uid)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}
