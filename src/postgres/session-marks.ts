import type { Pool, PoolClient } from 'pg'
import type { CacheClearing } from '../core/ports/session-ports.ts'
import type { SessionChange } from '../core/presence/session-change.ts'

/** What triggers and `markConnected` ring, and workers listen to. */
export const SESSIONS_BELL = 'herald_sessions'

/** A device that has connected. */
export interface ConnectedSession {
  readonly clientId: string
  readonly uid: string
  readonly change: Exclude<SessionChange, 'none'>
}

/**
 * A session that began with its connection has what the broker gives by itself; what another one has
 * must be looked at. One that was resumed is left alone where it is known to have what it has to have,
 * and costs no more than this look. One that was another user's is ended.
 */
const MARK = `
with q as materialized (
  select * from json_to_recordset($1) q (c text, u text, k text, h text[])
), todo as (
  select q.c, q.u, q.k, q.h
  from q left join broker_sessions s on s.client_id = q.c
  where q.k <> 'resumed' or s.client_id is null or s.user_id <> q.u
    or s.held is null and s.due_at is null or s.lease is null and s.due_at > now()
), marked as (
  insert into broker_sessions as s (client_id, user_id, held, looks, due_at, since)
  select c, u, h, k = 'new', now(), now() from todo order by c
  on conflict (client_id) do update
  set user_id = excluded.user_id,
    ends_session = s.ends_session or s.user_id <> excluded.user_id,
    wanted_version = s.wanted_version + 1,
    held = case when excluded.held is not null then excluded.held
      when not excluded.looks then s.held end,
    own_filters = case when excluded.held is null then s.own_filters else 0 end,
    looks = s.looks or excluded.looks,
    due_at = case when s.lease is null then now() else s.due_at end,
    since = coalesce(s.since, now()),
    attempts = 0
  returning 1
)
select pg_notify('${SESSIONS_BELL}', '') from marked limit 1`

/** In the transaction that notes the connects, and in the order of the primary key. */
export async function markConnected(
  client: Pick<PoolClient, 'query'>,
  connected: readonly ConnectedSession[],
  autoFilters: (uid: string) => readonly string[],
): Promise<void> {
  if (connected.length === 0) return
  const rows = connected.map(({ clientId, uid, change }) => ({
    c: clientId,
    u: uid,
    k: change,
    h: change === 'fresh' ? autoFilters(uid) : undefined,
  }))
  await client.query({ name: 'mark-connected', text: MARK, values: [JSON.stringify(rows)] })
}

const WANT = `
with wanted as (
  update broker_caches set due_at = now() where due_at is null or due_at > now() returning 1
)
select pg_notify('${SESSIONS_BELL}', '') from wanted`

const TAKE = `
update broker_caches set due_at = clock_timestamp() + $1 * interval '1 ms'
where due_at <= now()
returning due_at::text as until`

export function createCacheClearing(pool: Pool): CacheClearing {
  return {
    async want() {
      await pool.query(WANT)
    },

    async reach() {
      await pool.query('select')
    },

    async take(leaseMs) {
      const query = { name: 'take-caches', text: TAKE, values: [leaseMs] }
      const { rows } = await pool.query<{ readonly until: string }>(query)
      return rows[0]
    },

    async done({ until }) {
      await pool.query('update broker_caches set due_at = null where due_at = $1', [until])
    },
  }
}
