import type { Pool, PoolClient } from 'pg'
import type { BrokerClient } from '../core/ports/broker-control.ts'
import type { Sweep, SweepStore, UnlistedDevice } from '../core/ports/repair-ports.ts'
import type { KnownClient } from '../core/repair/drift.ts'
import { readPresence, type StoredPresence } from './presence-json.ts'
import { SESSIONS_BELL } from './session-marks.ts'

/** Any number that nothing else in the database locks: "SWEEPS" on a telephone keypad. */
const LOCK = 793377

/**
 * One connection for all of it: it holds the lock, and a table of its own with what was listed, so that
 * a million clients need no memory here and no long transaction there.
 */
export function createSweepStore(pool: Pool): SweepStore {
  return {
    async begin() {
      const client = await pool.connect()
      client.on('error', ignore)
      try {
        if (!(await takesTurn(client))) {
          client.off('error', ignore)
          client.release()
          return undefined
        }
        await client.query(`
          create temporary table if not exists swept (
            client_id text collate "C" primary key, is_connected boolean not null);
          truncate swept`)
        return sweepOn(client)
      } catch (error) {
        client.release(true)
        throw error
      }
    },
  }
}

function ignore(): void {}

async function takesTurn(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ readonly isMine: boolean }>(
    'select pg_try_advisory_lock($1) as "isMine"',
    [LOCK],
  )
  return rows[0]?.isMine === true
}

const LISTED = 'json_to_recordset($1) q (c text, u text, o boolean)'

const NOTE = `
with q as materialized (select * from ${LISTED}), noted as (
  insert into swept (client_id, is_connected) select distinct on (c) c, o from q order by c, o desc
  on conflict (client_id) do update set is_connected = swept.is_connected or excluded.is_connected
)
select q.c as "clientId", d.user_id as owner,
  exists (select from users u where u.id = q.u)
    or exists (select from deleted_users x where x.id = q.u) as "isOfUser",
  coalesce(p.is_online, false) as "isOnline",
  (extract(epoch from p.connected_at) * 1000)::float8 as "connectedAt",
  cardinality(s.held) + s.own_filters as subscriptions,
  s.due_at is not null as "isDue"
from q
left join devices d on d.id = q.c
left join device_presence p on p.device_id = d.id and p.user_id = d.user_id
left join broker_sessions s on s.client_id = q.c and s.user_id = q.u`

interface KnownRow {
  readonly clientId: string
  readonly owner: string | null
  readonly isOfUser: boolean
  readonly isOnline: boolean
  readonly connectedAt: number | null
  readonly subscriptions: number | null
  readonly isDue: boolean
}

const UNLISTED = `
select p.device_id, p.user_id, p.connections
from device_presence p
where p.is_online and p.device_id > $1
  and (p.connected_at is null or p.connected_at <= to_timestamp($3 / 1000.0))
  and not exists (select from swept w where w.client_id = p.device_id and w.is_connected)
order by p.device_id
limit $2`

interface UnlistedRow {
  readonly device_id: string
  readonly user_id: string
  readonly connections: StoredPresence
}

/** What is due is left to whoever takes it, who finds out. */
const FORGET = `
update broker_sessions s set held = null, own_filters = 0
where s.held is not null and s.due_at is null
  and not exists (select from swept w where w.client_id = s.client_id)
  and not exists (
    select from device_presence p
    where p.device_id = s.client_id and p.connected_at > to_timestamp($1 / 1000.0))`

const LOOK = `
with marked as (
  insert into broker_sessions as s (client_id, user_id, looks, due_at, since)
  select distinct on (c) c, u, true, now(), now() from ${LISTED} order by c
  on conflict (client_id) do update
  set user_id = excluded.user_id,
    ends_session = s.ends_session or s.user_id <> excluded.user_id,
    wanted_version = s.wanted_version + 1,
    looks = true,
    due_at = case when s.lease is null then now() else s.due_at end,
    since = coalesce(s.since, now())
  returning 1
)
select pg_notify('${SESSIONS_BELL}', '') from marked limit 1`

function sweepOn(client: PoolClient): Sweep {
  return {
    async note(clients) {
      const { rows } = await client.query<KnownRow>(NOTE, [rowsOf(clients)])
      return new Map(rows.map((row) => [row.clientId, knownOf(row)]))
    },

    async unlisted(after, limit, before) {
      const { rows } = await client.query<UnlistedRow>(UNLISTED, [after, limit, before])
      return rows.map(
        ({ device_id, user_id, connections }): UnlistedDevice => ({
          clientId: device_id,
          uid: user_id,
          connections: readPresence(connections).connections,
        }),
      )
    },

    async forgetUnlisted(before) {
      const { rowCount } = await client.query(FORGET, [before])
      return rowCount ?? 0
    },

    async look(clients) {
      await client.query(LOOK, [rowsOf(clients)])
    },

    async end() {
      let isUsable = false
      try {
        await client.query('truncate swept; select pg_advisory_unlock_all()')
        isUsable = true
      } finally {
        client.off('error', ignore)
        client.release(!isUsable)
      }
    },
  }
}

function rowsOf(clients: readonly BrokerClient[]): string {
  return JSON.stringify(
    clients.map(({ clientId, username, isConnected }) => ({
      c: clientId,
      u: username,
      o: isConnected,
    })),
  )
}

function knownOf({ owner, connectedAt, subscriptions, ...row }: KnownRow): KnownClient {
  return {
    ...row,
    owner: owner ?? undefined,
    connectedAt: connectedAt ?? undefined,
    subscriptions: subscriptions ?? undefined,
  }
}
