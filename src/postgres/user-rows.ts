import { type Kysely, sql } from 'kysely'
import type { ContactPolicy, User } from '../core/directory/user.ts'
import type { Database } from './tables.ts'

export function selectUsers(db: Kysely<Database>) {
  return db
    .selectFrom('users')
    .select([
      'id',
      'displayName',
      'contactPolicy',
      'disabledAt',
      'createdAt',
      sql<boolean>`exists (select from user_passwords p where p.user_id = users.id)`.as(
        'hasPassword',
      ),
    ])
}

interface UserRow {
  readonly id: string
  readonly displayName: string | null
  readonly contactPolicy: ContactPolicy | null
  readonly hasPassword: boolean
  readonly disabledAt: Date | null
  readonly createdAt: Date
}

export function toUser(row: UserRow): User {
  return {
    uid: row.id,
    displayName: row.displayName ?? undefined,
    contactPolicy: row.contactPolicy ?? undefined,
    hasPassword: row.hasPassword,
    disabledAt: row.disabledAt ?? undefined,
    createdAt: row.createdAt,
  }
}
