import type { Pool } from 'pg'
import type { ExportKind, ExportSource } from '../core/ports/export-source.ts'

const LINES = 1_000

/** A cursor of members holds two identifiers, and no identifier has a slash in it. */
const SEPARATOR = '/'

/** The columns of a line and of its place, in an order that an index has. `$1` and `$2` are the place before. */
const SQL_BY_KIND: Readonly<Record<ExportKind, string>> = {
  users: `
    select id as place, json_build_object('kind', 'user', 'uid', id, 'displayName', display_name,
      'contactPolicy', contact_policy, 'disabled', nullif(disabled_at is not null, false)) as line
    from users where id > $1 and $2 = '' order by id limit ${LINES}`,
  devices: `
    select id as place, json_build_object('kind', 'device', 'clientId', id, 'uid', user_id, 'app', app,
      'platform', platform) as line
    from devices where id > $1 and $2 = '' order by id limit ${LINES}`,
  groups: `
    select id as place, json_build_object('kind', 'group', 'gid', id, 'owner', (
        select user_id from memberships m where m.group_id = g.id and m.role = 'owner'
        order by user_id limit 1),
      'displayName', display_name, 'invitePolicy', invite_policy) as line
    from groups g where id > $1 and $2 = '' order by id limit ${LINES}`,
  members: `
    select group_id || '${SEPARATOR}' || user_id as place,
      json_build_object('kind', 'member', 'gid', group_id, 'uid', user_id, 'role', role) as line
    from memberships where (group_id, user_id) > ($1, $2) order by group_id, user_id limit ${LINES}`,
  addresses: `
    select id::text as place, json_build_object('kind', 'address', 'id', id::text, 'channel', channel,
      'clientId', device_id, 'uid', case when device_id is null then user_id end,
      'provider', provider, 'token', token, 'locale', locale) as line
    from addresses where id > coalesce(nullif($1, '')::bigint, 0) and $2 = '' order by id limit ${LINES}`,
}

/** Postgres writes the lines, so a million of them cost Node nothing but the way through. */
export function createExportSource(pool: Pool): ExportSource {
  return {
    async read(kind, after) {
      const { rows } = await pool.query<{ text: string | null; next: string | null }>({
        name: `export-${kind}`,
        text: textOf(SQL_BY_KIND[kind]),
        values: [...placeOf(kind, after)],
      })
      const { text, next } = rows[0] ?? {}
      return text == null || next == null ? undefined : { text, next }
    },
  }
}

function textOf(lines: string): string {
  return `
    with lines as materialized (select row_number() over () as n, * from (${lines}) as ordered)
    select string_agg(json_strip_nulls(line)::text || E'\\n', '' order by n) as text,
      (array_agg(place order by n desc))[1] as next
    from lines`
}

function placeOf(kind: ExportKind, after: string): readonly [string, string] {
  if (kind !== 'members') return [after, '']
  const [gid = '', uid = ''] = after.split(SEPARATOR)
  return [gid, uid]
}
