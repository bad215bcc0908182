import { type Kysely, sql } from 'kysely'
import type { Joining, Leaving, NewMember } from '../core/ports/group-stores.ts'
import type { Database } from './tables.ts'

/** Adds many members in one statement; says of each, in their order, what became of them. */
export async function insertMany(
  db: Kysely<Database>,
  gid: string,
  members: readonly NewMember[],
): Promise<readonly Joining[]> {
  const uids = members.map(({ uid }) => uid)
  const roles = members.map(({ role }) => role)
  const { rows } = await sql<{ became: Joining }>`
    with asked as materialized (
      select a.uid, a.role, a.n, u.id is not null as is_known, b.user_id is not null as is_banned
      from unnest(${uids}::text[], ${roles}::text[]) with ordinality as a (uid, role, n)
        left join users u on u.id = a.uid
        left join group_bans b on b.group_id = ${gid} and b.user_id = a.uid
    ), added as (
      insert into memberships (group_id, user_id, role)
      select ${gid}, uid, role from asked where is_known and not is_banned
      on conflict do nothing
      returning user_id
    )
    select case when not is_known then 'unknown' when is_banned then 'banned'
      when added.user_id is not null then 'added' else 'unchanged' end as became
    from asked left join added on added.user_id = asked.uid
    order by asked.n
  `.execute(db)
  return rows.map(({ became }) => became)
}

/** Removes many; of owners all or, where no other would be left, none. */
export async function removeMany(
  db: Kysely<Database>,
  gid: string,
  uids: readonly string[],
): Promise<readonly Leaving[]> {
  const { rows } = await sql<{ became: Leaving }>`
    with asked as materialized (
      select a.uid, a.n, m.role = 'owner' and not exists (
          select from memberships o
          where o.group_id = ${gid} and o.role = 'owner' and o.user_id <> all (${uids}::text[])
        ) as is_kept
      from unnest(${uids}::text[]) with ordinality as a (uid, n)
        left join memberships m on m.group_id = ${gid} and m.user_id = a.uid
    ), removed as (
      delete from memberships m using asked
      where m.group_id = ${gid} and m.user_id = asked.uid and not asked.is_kept
      returning m.user_id
    )
    select case when is_kept then 'last-owner' when removed.user_id is not null then 'removed'
      else 'unchanged' end as became
    from asked left join removed on removed.user_id = asked.uid
    order by asked.n
  `.execute(db)
  return rows.map(({ became }) => became)
}
