import { sql, type Transaction } from 'kysely'
import type {
  DeviceLine,
  GroupLine,
  LineRefusal,
  MemberLine,
  UserLine,
} from '../core/bulk/import-line.ts'
import type { ErrorCode } from '../core/domain-error.ts'
import type { Database } from './tables.ts'

/** Lines of one kind, with their numbers. */
export interface Numbered<Line> {
  readonly number: number
  readonly line: Line
}

export interface Written {
  readonly added: number
  readonly refusals: readonly LineRefusal[]
}

type Trx = Transaction<Database>

/**
 * Each of these adds what is not there and leaves what is. The lines go as one JSON text; of those that
 * speak of the same thing the first counts.
 */
export async function writeUsers(trx: Trx, lines: readonly Numbered<UserLine>[]): Promise<Written> {
  const rows = rowsOf(lines, ({ uid, displayName, contactPolicy, disabled, passwordHash }) => ({
    id: uid,
    name: displayName,
    policy: contactPolicy,
    off: disabled || undefined,
    hash: passwordHash,
  }))
  const columns = sql`l (n integer, id text, name text, policy text, off boolean, hash text)`
  const { added } = await one<{ added: number }>(
    trx,
    sql`
    with l as (
      select distinct on (id) * from json_to_recordset(${rows}::json) as ${columns} order by id, n
    ), added as (
      insert into users (id, display_name, contact_policy, disabled_at)
      select id, name, policy, case when off then now() end from l
      where not exists (select from deleted_users d where d.id = l.id and d.released_at is null)
      on conflict do nothing returning id
    ), hashed as (
      insert into user_passwords (user_id, hash)
      select id, hash from added join l using (id) where hash is not null
    )
    select count(*)::int as added from added`,
  )
  // Asked last: a row that waited for the removal of this very user is seen only now.
  const { rows: dead } = await sql<{ n: number; id: string; wasAdded: boolean }>`
    with l as (select * from json_to_recordset(${rows}::json) as l (n integer, id text)),
      gone as (
        delete from users u using l, deleted_users d
        where u.id = l.id and d.id = l.id and d.released_at is null returning u.id
      )
    select l.n, l.id, l.id in (select id from gone) as was_added from l join deleted_users d using (id)
    where d.released_at is null
  `.execute(trx)
  const undone = new Set(dead.filter(({ wasAdded }) => wasAdded).map(({ id }) => id)).size
  const refusals = dead.map(({ n }) =>
    refusal(n, 'USER_DELETED', 'uid', 'a user of that uid was removed: release it first'),
  )
  return { added: added - undone, refusals }
}

export async function writeDevices(
  trx: Trx,
  lines: readonly Numbered<DeviceLine>[],
): Promise<Written> {
  const rows = rowsOf(lines, ({ clientId, uid, app, platform }) => ({
    id: clientId,
    uid,
    app,
    platform,
  }))
  const columns = sql`l (n integer, id text, uid text, app text, platform text)`
  const { added } = await one<{ added: number }>(
    trx,
    sql`
    with l as (
      select distinct on (id) l.* from json_to_recordset(${rows}::json) as ${columns}
      join users u on u.id = l.uid order by id, n
    ), added as (
      insert into devices (id, user_id, app, platform) select id, uid, app, platform from l
      on conflict do nothing returning id
    )
    select count(*)::int as added from added`,
  )
  const { rows: refused } = await sql<{ n: number; known: boolean }>`
    select l.n, u.id is not null as known
    from json_to_recordset(${rows}::json) as l (n integer, id text, uid text)
    left join users u on u.id = l.uid
    left join devices d on d.id = l.id
    where u.id is null or d.user_id is distinct from l.uid
  `.execute(trx)
  const refusals = refused.map(({ n, known }) =>
    known
      ? refusal(n, 'DEVICE_EXISTS', 'clientId', 'it is the device of another user')
      : noUser(n, 'uid'),
  )
  return { added, refusals }
}

export async function writeGroups(
  trx: Trx,
  lines: readonly Numbered<GroupLine>[],
): Promise<Written> {
  const rows = rowsOf(lines, ({ gid, owner, displayName, invitePolicy = 'members' }) => ({
    id: gid,
    owner,
    name: displayName,
    policy: invitePolicy,
  }))
  const columns = sql`l (n integer, id text, owner text, name text, policy text)`
  const { added } = await one<{ added: number }>(
    trx,
    sql`
    with l as (
      select distinct on (id) l.* from json_to_recordset(${rows}::json) as ${columns}
      join users u on u.id = l.owner order by id, n
    ), added as (
      insert into groups (id, display_name, invite_policy) select id, name, policy from l
      on conflict do nothing returning id
    ), owners as (
      insert into memberships (group_id, user_id, role)
      select id, owner, 'owner' from added join l using (id)
    )
    select count(*)::int as added from added`,
  )
  const { rows: refused } = await sql<{ n: number }>`
    select l.n from json_to_recordset(${rows}::json) as l (n integer, owner text)
    where not exists (select from users u where u.id = l.owner)
  `.execute(trx)
  return { added, refusals: refused.map(({ n }) => noUser(n, 'owner')) }
}

export async function writeMembers(
  trx: Trx,
  lines: readonly Numbered<MemberLine>[],
): Promise<Written> {
  const rows = rowsOf(lines, ({ gid, uid, role = 'member' }) => ({ gid, uid, role }))
  const columns = sql`l (n integer, gid text, uid text, role text)`
  // Users before groups, each in order, as everywhere; and under the groups' locks no ban can slip in.
  await sql`
    select from users where id in (select uid from json_to_recordset(${rows}::json) as l (uid text))
    order by id for key share
  `.execute(trx)
  await sql`
    select from groups where id in (select gid from json_to_recordset(${rows}::json) as l (gid text))
    order by id for update
  `.execute(trx)
  const { added } = await one<{ added: number }>(
    trx,
    sql`
    with added as (
      insert into memberships (group_id, user_id, role)
      select distinct on (gid, uid) gid, uid, role from json_to_recordset(${rows}::json) as ${columns}
      join users u on u.id = l.uid join groups g on g.id = l.gid
      where not exists (select from group_bans b where b.group_id = l.gid and b.user_id = l.uid)
      order by gid, uid, n
      on conflict do nothing returning group_id
    )
    select count(*)::int as added from added`,
  )
  const { rows: refused } = await sql<{ n: number; hasGroup: boolean; hasUser: boolean }>`
    select l.n, g.id is not null as has_group, u.id is not null as has_user
    from json_to_recordset(${rows}::json) as l (n integer, gid text, uid text)
    left join groups g on g.id = l.gid
    left join users u on u.id = l.uid
    where g.id is null or u.id is null
      or exists (select from group_bans b where b.group_id = l.gid and b.user_id = l.uid)
  `.execute(trx)
  const refusals = refused.map(({ n, hasGroup, hasUser }) => {
    if (!hasGroup) return refusal(n, 'GROUP_NOT_FOUND', 'gid', 'there is no such group')
    if (!hasUser) return noUser(n, 'uid')
    return refusal(n, 'MEMBER_BANNED', 'uid', 'the user is banned from the group')
  })
  return { added, refusals }
}

/** As JSON. */
export function rowsOf<Line>(
  lines: readonly Numbered<Line>[],
  columns: (line: Line) => object,
): string {
  return JSON.stringify(lines.map(({ number, line }) => ({ n: number, ...columns(line) })))
}

/** `detail` names nobody: a refusal outlives those it could name. */
export function refusal(line: number, code: ErrorCode, field: string, detail: string): LineRefusal {
  return { line, code, field, detail }
}

function noUser(line: number, field: string): LineRefusal {
  return refusal(line, 'USER_NOT_FOUND', field, 'there is no such user')
}

async function one<Row>(
  trx: Trx,
  query: ReturnType<typeof sql<Row>> | ReturnType<typeof sql>,
): Promise<Row> {
  const { rows } = await sql<Row>`${query}`.execute(trx)
  const [row] = rows
  if (row === undefined) throw new Error('a count came back without a row')
  return row
}
