import { type Kysely, sql } from 'kysely'
import type { Group, InvitePolicy } from '../core/directory/group.ts'
import type { GroupStore } from '../core/ports/group-stores.ts'
import type { Database } from './tables.ts'

export function createGroupStore(db: Kysely<Database>): GroupStore {
  return {
    async insert({ gid, displayName, invitePolicy }) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('groups')
        .values({ id: gid, displayName: displayName ?? null, invitePolicy })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },

    async find(gid) {
      const row = await selectGroups(db).where('id', '=', gid).executeTakeFirst()
      return row && toGroup(row)
    },

    async has(gid) {
      const row = await db
        .selectFrom('groups')
        .select('id')
        .where('id', '=', gid)
        .executeTakeFirst()
      return row !== undefined
    },

    async list({ after, limit }) {
      const rows = await selectGroups(db)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(toGroup)
    },

    async lock(gid) {
      // Lets the foreign keys of rules and memberships be checked meanwhile.
      const row = await db
        .selectFrom('groups')
        .select('id')
        .where('id', '=', gid)
        .forNoKeyUpdate()
        .executeTakeFirst()
      return row !== undefined
    },

    async lockGroupsOf(uid) {
      await db
        .selectFrom('groups')
        .select('id')
        .where('id', 'in', ({ selectFrom }) =>
          selectFrom('memberships').select('groupId').where('userId', '=', uid),
        )
        .orderBy('id')
        .forNoKeyUpdate()
        .execute()
    },

    async update(gid, { displayName, invitePolicy }) {
      const change = {
        ...(displayName !== undefined && { displayName }),
        ...(invitePolicy !== undefined && { invitePolicy }),
      }
      if (Object.keys(change).length === 0) return true
      const { numUpdatedRows } = await db
        .updateTable('groups')
        .set(change)
        .where('id', '=', gid)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    async remove(gid) {
      const { numDeletedRows } = await db
        .deleteFrom('groups')
        .where('id', '=', gid)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },

    async removeGroupsOfOnly(uid) {
      await sql`
        delete from groups g using memberships m
        where m.user_id = ${uid} and m.group_id = g.id and not exists
          (select from memberships o where o.group_id = g.id and o.user_id <> ${uid})
      `.execute(db)
    },
  }
}

function selectGroups(db: Kysely<Database>) {
  return db
    .selectFrom('groups')
    .select([
      'id',
      'displayName',
      'invitePolicy',
      'createdAt',
      sql<number>`(select count(*)::int from memberships m where m.group_id = groups.id)`.as(
        'memberCount',
      ),
    ])
}

interface Row {
  readonly id: string
  readonly displayName: string | null
  readonly invitePolicy: InvitePolicy
  readonly memberCount: number
  readonly createdAt: Date
}

function toGroup(row: Row): Group {
  return {
    gid: row.id,
    displayName: row.displayName ?? undefined,
    invitePolicy: row.invitePolicy,
    memberCount: row.memberCount,
    createdAt: row.createdAt,
  }
}
