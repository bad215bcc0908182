import type { Pool } from 'pg'
import type {
  SessionGauge,
  SessionSettlement,
  SessionStore,
  SessionTask,
} from '../core/ports/session-ports.ts'
import type { Membership } from '../core/subscriptions/desired-subscriptions.ts'

/** By the server's clock, as are all times of this table: transactions that change rights write them. */
const CLAIM = `
update broker_sessions s
set lease = $1, due_at = now() + $3 * interval '1 ms'
from (
  select client_id from broker_sessions
  where due_at <= now()
  order by is_urgent desc, due_at
  limit $2
  for update skip locked
) due
where s.client_id = due.client_id
returning s.client_id`

/**
 * By a statement of its own, which begins when the rows are held: what is not seen by it commits with a
 * higher version.
 */
const READ = `
select s.client_id as "clientId", s.user_id as uid, s.wanted_version as version, s.held,
  s.own_filters as "ownFilters", s.clears_cache as "clearsCache", s.looks,
  s.ends_session as "endsSession", s.attempts,
  case
    when d.id is null or d.user_id <> s.user_id then 'unknown-device'
    when d.revoked_at is not null then 'revoked-device'
    when u.disabled_at is not null then 'disabled-user'
    else 'welcome'
  end as standing,
  coalesce(d.subscription_profile, 'none') as profile,
  coalesce(p.is_online, false) as "isOnline",
  coalesce(not p.is_online and p.expiry_seconds = 0, false) as "isOver",
  coalesce((
    select json_agg(json_build_object('gid', m.group_id, 'role', m.role))
    from memberships m where m.user_id = s.user_id
  ), '[]') as memberships
from broker_sessions s
left join devices d on d.id = s.client_id
left join users u on u.id = d.user_id
left join device_presence p on p.device_id = d.id and p.user_id = s.user_id
where s.client_id = any($1) and s.lease = $2
order by s.is_urgent desc, s.since`

interface Row extends Omit<SessionTask, 'held' | 'memberships'> {
  readonly held: readonly string[] | null
  readonly memberships: readonly Membership[]
}

/** What became of a session counts for the version that was read: a later change is due again. */
const SETTLE = `
with q as materialized (
  select * from json_to_recordset($2) q (c text, v bigint, k text, h text[], o integer, r float8)
), mine as (
  select s.client_id, s.wanted_version = q.v as is_current, q.*
  from q join broker_sessions s on s.client_id = q.c
  where s.lease = $1
  order by s.client_id
  for update of s
), forgotten as (
  delete from broker_sessions s using mine
  where s.client_id = mine.client_id and mine.k = 'ended' and mine.is_current
)
update broker_sessions s
set lease = null,
  held = case when k in ('retry', 'released') then s.held else h end,
  own_filters = case k when 'held' then o else s.own_filters end,
  held_version = case k when 'held' then v else s.held_version end,
  attempts = case k when 'retry' then s.attempts + 1 when 'released' then s.attempts else 0 end,
  clears_cache = s.clears_cache and not is_done,
  looks = s.looks and not is_done,
  ends_session = s.ends_session and not is_done,
  is_urgent = s.is_urgent and not is_done,
  since = case when not is_done then s.since end,
  due_at = case when is_done then null when k = 'retry' and is_current then now() + r * interval '1 ms'
    else now() end
from (select mine.*, is_current and k in ('held', 'absent') as is_done from mine) m
where s.client_id = m.client_id and not (k = 'ended' and is_current)`

const GAUGE = `
select count(*)::int as waiting,
  greatest(0, coalesce(extract(epoch from now() - min(since)) * 1000, 0))::float8 as "oldestMs"
from broker_sessions
where due_at is not null`

export function createSessionStore(pool: Pool): SessionStore {
  return {
    async claim(lease, limit, leaseMs) {
      const claimed = await pool.query<{ readonly client_id: string }>({
        name: 'claim-sessions',
        text: CLAIM,
        values: [lease, limit, leaseMs],
      })
      if (claimed.rowCount === 0) return []
      const { rows } = await pool.query<Row>({
        name: 'read-sessions',
        text: READ,
        values: [claimed.rows.map(({ client_id }) => client_id), lease],
      })
      return rows.map(({ held, ...row }) => ({ ...row, held: held ?? undefined }))
    },

    async settle(lease, settlements) {
      const values = [lease, JSON.stringify(settlements.map(rowOf))]
      await pool.query({ name: 'settle-sessions', text: SETTLE, values })
    },

    async gauge() {
      const { rows } = await pool.query<SessionGauge>(GAUGE)
      return rows[0] ?? { waiting: 0, oldestMs: 0 }
    },
  }
}

/** What is undefined is left out, and comes out as null. */
function rowOf({ clientId, version, result }: SessionSettlement) {
  return {
    c: clientId,
    v: version,
    k: result.kind,
    h: result.kind === 'held' ? result.filters : undefined,
    o: result.kind === 'held' ? result.ownFilters : undefined,
    r: result.kind === 'retry' ? result.afterMs : undefined,
  }
}
