import { type Kysely, sql, type UpdateObject } from 'kysely'
import type { Member, Role } from '../core/directory/group.ts'
import { groupNotFound, userNotFound } from '../core/directory/not-found.ts'
import { DomainError } from '../core/domain-error.ts'
import type { MembershipStore, NewMember } from '../core/ports/group-stores.ts'
import { insertMany, removeMany } from './many-memberships.ts'
import type { Database } from './tables.ts'
import { type Refusals, refusing } from './violations.ts'

export function createMembershipStore(db: Kysely<Database>): MembershipStore {
  return {
    async insert(gid, members) {
      const uids = members.map(({ uid }) => uid)
      const roles = members.map(({ role }) => role)
      const query = sql`
        insert into memberships (group_id, user_id, role)
        select ${gid}, m.uid, m.role
        from unnest(${uids}::text[], ${roles}::text[]) as m (uid, role)
        on conflict do nothing
      `
      const { numAffectedRows } = await refusing(refusalsOf(gid, members), () => query.execute(db))
      return Number(numAffectedRows)
    },

    insertMany: (gid, members) => insertMany(db, gid, members),
    removeMany: (gid, uids) => removeMany(db, gid, uids),

    async find(gid, uid) {
      const row = await selectMembers(db)
        .where('groupId', '=', gid)
        .where('userId', '=', uid)
        .executeTakeFirst()
      return row && toMember(row)
    },

    async listMembers(gid, { after, limit }) {
      const rows = await selectMembers(db)
        .where('groupId', '=', gid)
        .where('userId', '>', after)
        .orderBy('userId')
        .limit(limit)
        .execute()
      return rows.map(toMember)
    },

    async listMemberships(uid, { after, limit }) {
      const rows = await selectMembers(db)
        .where('userId', '=', uid)
        .where('groupId', '>', after)
        .orderBy('groupId')
        .limit(limit)
        .execute()
      return rows.map(toMember)
    },

    async hasOtherOwner(gid, uid) {
      const row = await db
        .selectFrom('memberships')
        .select('userId')
        .where('groupId', '=', gid)
        .where('role', '=', 'owner')
        .where('userId', '<>', uid)
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },

    passOnOwnership: (uid) => passOnOwnership(db, uid),
    setRole: (gid, uid, role) => update(db, gid, uid, { role }),
    setSilencedUntil: (gid, uid, until) => update(db, gid, uid, { silencedUntil: until ?? null }),

    async remove(gid, uid) {
      const { numDeletedRows } = await db
        .deleteFrom('memberships')
        .where('groupId', '=', gid)
        .where('userId', '=', uid)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}

async function passOnOwnership(db: Kysely<Database>, uid: string): Promise<void> {
  await sql`
    update memberships set role = 'owner'
    from (
      select distinct on (o.group_id) o.group_id, o.user_id
      from memberships mine join memberships o on o.group_id = mine.group_id
      where mine.user_id = ${uid} and mine.role = 'owner' and o.user_id <> ${uid}
        and not exists (
          select from memberships w
          where w.group_id = mine.group_id and w.role = 'owner' and w.user_id <> ${uid})
      order by o.group_id, (o.role = 'admin') desc, o.joined_at, o.user_id
    ) heir
    where memberships.group_id = heir.group_id and memberships.user_id = heir.user_id
  `.execute(db)
}

async function update(
  db: Kysely<Database>,
  gid: string,
  uid: string,
  change: UpdateObject<Database, 'memberships'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('memberships')
    .set(change)
    .where('groupId', '=', gid)
    .where('userId', '=', uid)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

function refusalsOf(gid: string, members: readonly NewMember[]): Refusals {
  const [first] = members
  return {
    memberships_group_id_fkey: () => groupNotFound(gid),
    memberships_user_id_fkey: () =>
      members.length === 1 && first !== undefined
        ? userNotFound(first.uid)
        : new DomainError('USER_NOT_FOUND', `not all members of "${gid}" are users`, 'members'),
  }
}

function selectMembers(db: Kysely<Database>) {
  return db
    .selectFrom('memberships')
    .select([
      'groupId',
      'userId',
      'role',
      'joinedAt',
      sql<Date | null>`case when silenced_until > now() then silenced_until end`.as(
        'silencedUntil',
      ),
    ])
}

interface Row {
  readonly groupId: string
  readonly userId: string
  readonly role: Role
  readonly silencedUntil: Date | null
  readonly joinedAt: Date
}

function toMember(row: Row): Member {
  return {
    gid: row.groupId,
    uid: row.userId,
    role: row.role,
    silencedUntil: row.silencedUntil ?? undefined,
    joinedAt: row.joinedAt,
  }
}
