import type { Pool, PoolClient } from 'pg'
import { errorCode } from './error-code.ts'
import type { PostgresLog } from './postgres-log.ts'
import { withTransaction } from './transaction.ts'

/** Tables with a partition for each day, and a default one for days that nobody has foreseen. */
const PARTITIONED = ['messages', 'unreached', 'deliveries', 'attempts'] as const

type Partitioned = (typeof PARTITIONED)[number]

const DAY_MS = 86_400_000
const DAYS_BEHIND = 1
const DAYS_AHEAD = 7

/** Long enough for a lock to be had between two transactions, too short to hold all others up. */
const LOCK_TIMEOUT_MS = 500
const TRIES_MAX = 20

/** Of "HERALD" on a telephone keypad, the next number after that of the migrations. */
const LOCK = 437254

/**
 * Makes the partitions of yesterday, today and the days to come. One that can't be made now is told to
 * the log and made at the next time: until its day comes nothing is amiss, and then the default
 * partition takes its rows.
 */
export async function makePartitions(pool: Pool, nowMs: number, log: PostgresLog): Promise<void> {
  for (const table of PARTITIONED) {
    for (let offset = -DAYS_BEHIND; offset <= DAYS_AHEAD; offset++) {
      const day = dayOf(nowMs + offset * DAY_MS)
      await patiently(log, `${table} of ${day}`, () => makePartition(pool, table, day))
    }
  }
}

/** Drops the partitions of days before `beforeMs`, and what the default partitions hold of them. */
export async function dropPartitions(
  pool: Pool,
  beforeMs: number,
  log: PostgresLog,
): Promise<readonly string[]> {
  const before = nameOf('', dayOf(beforeMs))
  const dropped: string[] = []
  for (const table of PARTITIONED) {
    for (const name of await partitionsOf(pool, table)) {
      // The names end in the day, so they sort as the days do.
      if (name.slice(table.length) >= before) continue
      const isDone = await patiently(log, name, () => dropPartition(pool, name))
      if (isDone) dropped.push(name)
    }
    await pool.query(`delete from ${table}_default where day < $1`, [dayOf(beforeMs)])
  }
  return dropped
}

async function makePartition(pool: Pool, table: Partitioned, day: string): Promise<void> {
  const name = nameOf(table, day)
  if (await isAttached(pool, name)) return
  const nextDay = dayOf(Date.parse(day) + DAY_MS)
  await withTransaction(pool, async (client) => {
    await limitLocks(client)
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    if (await isAttached(client, name)) return
    // Made first and attached then, which lets others write meanwhile.
    await client.query(`create table ${name} (like ${table} including all)`)
    // Rows that are there already would refuse it.
    await client.query(
      `with moved as (delete from ${table}_default where day = '${day}' returning *)
       insert into ${name} select * from moved`,
    )
    await client.query(
      `alter table ${table} attach partition ${name} for values from ('${day}') to ('${nextDay}')`,
    )
  })
}

async function dropPartition(pool: Pool, name: string): Promise<void> {
  await withTransaction(pool, async (client) => {
    await limitLocks(client)
    await client.query(`drop table if exists ${name}`)
  })
}

async function limitLocks(client: PoolClient): Promise<void> {
  await client.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`)
}

async function isAttached(db: Pool | PoolClient, name: string): Promise<boolean> {
  const { rows } = await db.query<{ is: boolean }>(
    'select exists (select from pg_inherits where inhrelid = to_regclass($1)) as is',
    [name],
  )
  return rows[0]?.is === true
}

async function partitionsOf(pool: Pool, table: Partitioned): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select c.relname as name
     from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = $1::regclass and c.relname ~ ('^' || $1 || '_[0-9]{8}$')
     order by 1`,
    [table],
  )
  return rows.map(({ name }) => name)
}

/** Others may hold the locks for a while, so it is tried a few times. */
async function patiently(
  log: PostgresLog,
  partition: string,
  work: () => Promise<void>,
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work()
      return true
    } catch (err) {
      if (attempt < TRIES_MAX && isPassing(err)) continue
      log.warn({ err, partition }, 'partition could not be made or dropped')
      return false
    }
  }
}

/** No lock in time, a deadlock, or a row that came into the default partition in the meantime. */
function isPassing(error: unknown): boolean {
  return ['55P03', '40P01', '23514'].includes(errorCode(error) ?? '')
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function nameOf(table: string, day: string): string {
  return `${table}_${day.replaceAll('-', '')}`
}
