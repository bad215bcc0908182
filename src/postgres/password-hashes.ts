import type { Kysely } from 'kysely'
import type { PasswordHashes } from '../core/ports/login-ports.ts'
import type { Database } from './tables.ts'

export function createPasswordHashes(db: Kysely<Database>): PasswordHashes {
  return {
    find: (uid) =>
      db
        .selectFrom('userPasswords')
        .select(['hash', 'version'])
        .where('userId', '=', uid)
        .executeTakeFirst(),
  }
}
