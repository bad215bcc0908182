import type { Kysely } from 'kysely'
import type { UserProvisioning } from '../core/ports/login-ports.ts'
import type { Database } from './tables.ts'

export function createUserProvisioning(db: Kysely<Database>): UserProvisioning {
  return {
    provision: (uid) => db.transaction().execute((trx) => provision(trx, uid)),
  }
}

async function provision(
  db: Kysely<Database>,
  uid: string,
): Promise<'active' | 'disabled' | 'deleted'> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('users')
    .values({ id: uid })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  const isNew = numInsertedOrUpdatedRows === 1n
  // Looked at last: an insertion that waited for the removal of this very user sees it only now.
  if (await isDeleted(db, uid)) {
    if (isNew) await db.deleteFrom('users').where('id', '=', uid).execute()
    return 'deleted'
  }
  if (isNew) return 'active'
  const user = await db
    .selectFrom('users')
    .select('disabledAt')
    .where('id', '=', uid)
    .executeTakeFirst()
  // Removed in between by somebody who did not keep the uid: whoever asks again is new.
  if (user === undefined) throw new Error('the user was removed while it was looked at')
  return user.disabledAt === null ? 'active' : 'disabled'
}

async function isDeleted(db: Kysely<Database>, uid: string): Promise<boolean> {
  const row = await db
    .selectFrom('deletedUsers')
    .select('id')
    .where('id', '=', uid)
    .where('releasedAt', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}
