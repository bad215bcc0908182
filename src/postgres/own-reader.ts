import { type Kysely, sql } from 'kysely'
import type { Pool } from 'pg'
import type { FellowMember, OwnContact, OwnGroup } from '../core/directory/own-views.ts'
import type { OwnReader } from '../core/ports/own-reader.ts'
import { createDatabase } from './pool.ts'
import type { Database } from './tables.ts'
import { readUnread } from './unread.ts'

export function createOwnReader(pool: Pool): OwnReader {
  const db = createDatabase(pool)
  return {
    async contacts(uid, { after, limit }) {
      const rows = await selectContacts(db, uid)
        .where('contacts.contactId', '>', after)
        .limit(limit)
        .execute()
      return rows.map(toContact)
    },

    async visible(uid, { after, limit }) {
      const rows = await selectVisible(db, uid)
        .where('c.contactId', '>', after)
        .limit(limit)
        .execute()
      return rows.map(({ contactId }) => contactId)
    },

    async isVisible(uid, contactUid) {
      const row = await selectVisible(db, uid)
        .where('c.contactId', '=', contactUid)
        .executeTakeFirst()
      return row !== undefined
    },

    async groups(uid, { after, limit }) {
      const rows = await selectGroups(db, uid).where('groupId', '>', after).limit(limit).execute()
      return rows.map(toGroup)
    },

    async group(uid, gid) {
      const row = await selectGroups(db, uid).where('groupId', '=', gid).executeTakeFirst()
      return row && toGroup(row)
    },

    async fellows(uid, gid, { after, limit }) {
      const rows = await selectFellows(db, uid, gid)
        .where('m.userId', '>', after)
        .limit(limit)
        .execute()
      return rows.map(toFellow)
    },

    unread: (uid, nowMs) => readUnread(pool, uid, nowMs),
  }
}

function selectContacts(db: Kysely<Database>, uid: string) {
  return db
    .selectFrom('contacts')
    .innerJoin('users', 'users.id', 'contacts.contactId')
    .select([
      'contacts.contactId',
      'users.displayName',
      'contacts.createdAt',
      sql<boolean>`exists (select from contacts b
        where b.user_id = contacts.contact_id and b.contact_id = contacts.user_id)`.as('isMutual'),
    ])
    .where('contacts.userId', '=', uid)
    .orderBy('contacts.contactId')
}

function selectVisible(db: Kysely<Database>, uid: string) {
  return db
    .selectFrom('contacts as c')
    .select('c.contactId')
    .where('c.userId', '=', uid)
    .where(
      sql<boolean>`exists (select from contacts b
        where b.user_id = c.contact_id and b.contact_id = c.user_id)`,
    )
    .where(
      sql<boolean>`not exists (select from blocks b
        where b.user_id = c.contact_id and b.blocked_id = c.user_id)`,
    )
    .orderBy('c.contactId')
}

/** One that is past is none any more. */
const SILENCED = sql<Date | null>`case when silenced_until > now() then silenced_until end`

function selectGroups(db: Kysely<Database>, uid: string) {
  return db
    .selectFrom('memberships')
    .innerJoin('groups', 'groups.id', 'memberships.groupId')
    .select(['groupId', 'displayName', 'invitePolicy', 'role', 'joinedAt'])
    .select(SILENCED.as('silencedUntil'))
    .where('userId', '=', uid)
    .orderBy('groupId')
}

function selectFellows(db: Kysely<Database>, uid: string, gid: string) {
  return db
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.userId')
    .select(['m.userId', 'u.displayName', 'm.role', 'm.joinedAt'])
    .select(SILENCED.as('silencedUntil'))
    .where('m.groupId', '=', gid)
    .where(
      sql<boolean>`exists (select from memberships where group_id = ${gid} and user_id = ${uid})`,
    )
    .orderBy('m.userId')
}

interface ContactRow {
  readonly contactId: string
  readonly displayName: string | null
  readonly isMutual: boolean
  readonly createdAt: Date
}

function toContact({ contactId, displayName, isMutual, createdAt }: ContactRow): OwnContact {
  return { uid: contactId, displayName: displayName ?? undefined, isMutual, since: createdAt }
}

type Nullable<Row, Key extends keyof Row> = Omit<Row, Key> & {
  readonly [Name in Key]: Exclude<Row[Name], undefined> | null
}

type GroupRow = Nullable<Omit<OwnGroup, 'gid'>, 'displayName' | 'silencedUntil'> & {
  readonly groupId: string
}

function toGroup({ groupId, displayName, silencedUntil, ...row }: GroupRow): OwnGroup {
  return {
    ...row,
    gid: groupId,
    displayName: displayName ?? undefined,
    silencedUntil: silencedUntil ?? undefined,
  }
}

type FellowRow = Nullable<Omit<FellowMember, 'uid'>, 'displayName' | 'silencedUntil'> & {
  readonly userId: string
}

function toFellow({ userId, displayName, silencedUntil, ...row }: FellowRow): FellowMember {
  return {
    ...row,
    uid: userId,
    displayName: displayName ?? undefined,
    silencedUntil: silencedUntil ?? undefined,
  }
}
