import type { Pool } from 'pg'
import type { QueueGauge } from '../core/ports/delivery-ports.ts'
import type { StatStore } from '../core/ports/stat-store.ts'
import {
  isSampled,
  type StatMetric,
  type StatRow,
  type StatSeries,
  type StatStep,
} from '../core/stats/stat.ts'
import { readQueueGauges } from './delivery-gauges.ts'
import { inTransaction } from './transaction.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MINUTES_KEPT_MS = 8 * DAY_MS
const HOURS_KEPT_MS = 400 * DAY_MS
/** So late a minute may be written and still be part of its hour. */
const LATE_MS = 3 * HOUR_MS

/** Any number that nothing else in the database locks: "STATS" on a telephone keypad. */
const LOCK = 78287

/** In the order of the key, as everywhere where several are locked. */
const ADD = `
insert into stats_minutes as s (metric, begins_at, provider, label, total, samples)
select metric, to_timestamp(minute / 1000), provider, label, sum(total), sum(samples)
from json_to_recordset($1::json) r
  (metric text, minute float8, provider text, label text, total bigint, samples integer)
group by 1, 2, 3, 4 order by 1, 2, 3, 4
on conflict (metric, begins_at, provider, label) do update
set total = s.total + excluded.total, samples = s.samples + excluded.samples`

/** Longer than anybody else's question may take: it reads a whole table. */
const SAMPLE_MS_MAX = 60_000

/** Each device once: no index has it, for none may be written at each connect. */
const ONLINE = `
select count(*)::int as users, coalesce(sum(devices), 0)::int as devices
from (
  select count(*) as devices from device_presence x
  where x.is_online and not exists (
    select from gone_nodes n where n.node = x.node and n.gone_at >= x.connected_at)
  group by user_id
) u`

const SAMPLE = { text: ONLINE, query_timeout: SAMPLE_MS_MAX }

/** Whole hours are made anew, so it does not matter how often, nor by whom. */
const ROLL_UP = `
insert into stats_hours (metric, begins_at, provider, label, total, samples)
select metric, date_trunc('hour', begins_at, 'UTC'), provider, label, sum(total), sum(samples)
from stats_minutes
where begins_at >= date_trunc('hour', to_timestamp($1 / 1000.0), 'UTC')
group by 1, 2, 3, 4 order by 1, 2, 3, 4
on conflict (metric, begins_at, provider, label) do update
set total = excluded.total, samples = excluded.samples`

/** Reads so many rows of one metric as there are steps, times its providers and labels. */
const series = (table: string, at: string) => `
select provider, label, array_agg(at order by at) as times,
  array_agg(case when $4 then value / greatest(samples, 1) else value end order by at) as values
from (
  select provider, label, (extract(epoch from ${at}) * 1000)::float8 as at,
    sum(total)::float8 as value, sum(samples) as samples
  from ${table}
  where metric = $1 and begins_at >= to_timestamp($2 / 1000.0) and begins_at < to_timestamp($3 / 1000.0)
  group by 1, 2, 3
) s
group by 1, 2 order by 1, 2`

const SERIES: Readonly<Record<StatStep, string>> = {
  minute: series('stats_minutes', 'begins_at'),
  hour: series('stats_hours', 'begins_at'),
  day: series('stats_hours', `date_trunc('day', begins_at, 'UTC')`),
}

export function createStatStore(pool: Pool): StatStore {
  return {
    add: (rows) => add(pool, rows),

    async sample(nowMs) {
      const queue = await readQueueGauges(pool, nowMs)
      return inTransaction(pool, async (client) => {
        const lock = 'select pg_try_advisory_xact_lock($1) as mine'
        const { rows } = await client.query<{ mine: boolean }>(lock, [LOCK])
        if (rows[0]?.mine !== true) return false
        await client.query(`set local statement_timeout = ${SAMPLE_MS_MAX}`)
        const online = await client.query<Online>(SAMPLE)
        await add(client, samplesOf(online.rows[0], queue, nowMs))
        return true
      })
    },

    async rollUp(nowMs) {
      await pool.query(ROLL_UP, [nowMs - LATE_MS])
      const old = 'where begins_at < to_timestamp($1 / 1000.0)'
      await pool.query(`delete from stats_minutes ${old}`, [nowMs - MINUTES_KEPT_MS])
      await pool.query(`delete from stats_hours ${old}`, [nowMs - HOURS_KEPT_MS])
    },

    async series(metric, step, fromMs, toMs) {
      const values = [metric, fromMs, toMs, isSampled(metric)]
      const { rows } = await pool.query<SeriesRow>(SERIES[step], values)
      return rows.map(seriesOf)
    },
  }
}

async function add(db: Pick<Pool, 'query'>, rows: readonly StatRow[]): Promise<void> {
  if (rows.length === 0) return
  const records = rows.map(({ minuteMs, ...row }) => ({ ...row, minute: minuteMs }))
  await db.query(ADD, [JSON.stringify(records)])
}

function samplesOf(
  { users, devices } = { users: 0, devices: 0 },
  queue: readonly QueueGauge[],
  nowMs: number,
): readonly StatRow[] {
  const minuteMs = Math.floor(nowMs / 60_000) * 60_000
  const sample = (metric: StatMetric, total: number, provider = ''): StatRow => ({
    metric,
    minuteMs,
    provider,
    label: '',
    total: Math.round(total),
    samples: 1,
  })
  return [
    sample('online-users', users),
    sample('online-devices', devices),
    ...queue.flatMap(({ provider, open, overdueMs }) => [
      sample('waiting', open, provider),
      sample('overdue-ms', overdueMs, provider),
    ]),
  ]
}

interface Online {
  readonly users: number
  readonly devices: number
}

interface SeriesRow {
  readonly provider: string
  readonly label: string
  readonly times: readonly number[]
  readonly values: readonly number[]
}

function seriesOf({ provider, label, times, values }: SeriesRow): StatSeries {
  const points = times.map((atMs, n) => ({ atMs, value: values[n] ?? 0 }))
  return { provider, label, points }
}
