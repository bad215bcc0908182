import type { Pool } from 'pg'
import { dropPartitions, makePartitions } from './partitions.ts'
import type { PostgresLog } from './postgres-log.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How long a message's content stays at least: what folds or is decided late may still want it. */
const CONTENT_MIN_MS = MINUTE_MS
const REJECTED_MS = DAY_MS
const COUNTS_MS = 2 * DAY_MS
/** For how long a request may be sent again. */
const ANSWERS_MS = DAY_MS
/** Partitions go a day after the last of what they hold. */
const MARGIN_MS = 2 * DAY_MS

/** Rows in one statement. */
const BATCH = 2_000

/** Takes away what nobody needs any more. Any number of replicas may do it at once. */
export interface Sweeper {
  /** Partitions are made ahead: at start, and often enough that a few failures don't matter. */
  makePartitions(nowMs: number): Promise<void>
  /** Forgets what messages said once nobody is going to be told. Returns how many. */
  clearContents(nowMs: number): Promise<number>
  /** Prunes the small tables and drops old partitions. */
  sweep(nowMs: number): Promise<void>
  /** Removes addresses of which nothing was heard for so long. Returns how many. */
  retireAddresses(nowMs: number, maxAgeMs: number): Promise<number>
}

export interface SweeperOptions {
  readonly retentionMs: number
  readonly log: PostgresLog
}

export function createSweeper(pool: Pool, { retentionMs, log }: SweeperOptions): Sweeper {
  /** How far the contents have been looked through: those before it wait for somebody. */
  let seenUntil: string | undefined

  return {
    makePartitions: (nowMs) => makePartitions(pool, nowMs, log),

    async clearContents(nowMs) {
      let cleared = 0
      for (;;) {
        const row = await clearSome(pool, seenUntil, nowMs, nowMs - retentionMs)
        cleared += row.cleared
        if (row.seen < BATCH) {
          seenUntil = undefined
          return cleared
        }
        seenUntil = row.until ?? undefined
      }
    },

    async sweep(nowMs) {
      const oldest = nowMs - retentionMs
      await prune(pool, ACKS, [nowMs, oldest])
      await prune(pool, REJECTED, [nowMs - REJECTED_MS])
      await prune(pool, SLOTS, [oldest])
      await prune(pool, COUNTS, [nowMs - COUNTS_MS])
      await prune(pool, ANSWERS, [nowMs - ANSWERS_MS])
      await sweepStrays(pool, nowMs, oldest)
      const dropped = await dropPartitions(pool, oldest - MARGIN_MS, log)
      if (dropped.length > 0) log.info({ dropped }, 'old partitions dropped')
    },

    async retireAddresses(nowMs, maxAgeMs) {
      const before = new Date(nowMs - maxAgeMs).toISOString().slice(0, 10)
      const retired = await prune(pool, RETIRED, [before])
      if (retired > 0) log.info({ addresses: retired, before }, 'unused addresses retired')
      return retired
    },
  }
}

/**
 * A content is wanted while a delivery of the message is open, or of one that it has folded into, or
 * while an acknowledgement is awaited that may not come. It is never kept for longer than `$3`.
 */
const CONTENTS = `
with old as (
  select day, id, sent_at
  from messages
  where content is not null and sent_at <= to_timestamp($2 / 1000.0)
    and sent_at > coalesce($1::timestamptz, '-infinity')
  order by sent_at
  limit ${BATCH}
), cleared as (
  update messages m
  set content = null
  from old
  where m.day = old.day and m.id = old.id
    and m.day = any (array(select day from old)) and m.id = any (array(select id from old))
    and (m.sent_at <= to_timestamp($3 / 1000.0) or not exists (
        select from deliveries d
        left join deliveries c on d.state = 'folded' and c.day = d.carrier_day
          and c.message_id = d.carrier_id and c.address_id = d.address_id
        where d.day = m.day and d.message_id = m.id
          and coalesce(c.state, d.state) in ('queued', 'claimed'))
      and not exists (
        select from awaited_acks a where a.sent_at = m.sent_at and a.message_id = m.id))
  returning 1
)
select (select count(*) from old)::int as seen, (select count(*) from cleared)::int as cleared,
  (select max(sent_at) from old)::text as until`

interface Cleared {
  readonly seen: number
  readonly cleared: number
  readonly until: string | null
}

async function clearSome(
  pool: Pool,
  since: string | undefined,
  nowMs: number,
  oldestMs: number,
): Promise<Cleared> {
  const { rows } = await pool.query<Cleared>(CONTENTS, [since, nowMs - CONTENT_MIN_MS, oldestMs])
  return rows[0] ?? { seen: 0, cleared: 0, until: null }
}

/** Late, they would all be found to have expired. */
const ACKS = `
delete from awaited_acks
where (user_id, message_id) in (
  select a.user_id, a.message_id
  from awaited_acks a
  left join messages m on m.day = a.day and m.id = a.message_id
  where a.sent_at <= to_timestamp($2 / 1000.0) or m.expires_at <= to_timestamp($1 / 1000.0)
  limit ${BATCH})`

const REJECTED = `
delete from rejected_events
where id in (select id from rejected_events where received_at <= to_timestamp($1 / 1000.0)
  order by received_at limit ${BATCH})`

/** Until then somebody may read the conversation, and what an address shows has to be cleared. */
const SLOTS = `
delete from conversation_slots
where (address_id, conversation) in (
  select address_id, conversation from conversation_slots
  where newest_at <= to_timestamp($1 / 1000.0)
  limit ${BATCH}
  for update skip locked)`

/** Of limits nobody asks once their day is over. */
const COUNTS = `
delete from send_counts
where (begins_at, provider, scope, subject) in (
  select begins_at, provider, scope, subject from send_counts
  where begins_at <= to_timestamp($1 / 1000.0)
  limit ${BATCH})`

const ANSWERS = `
delete from idempotency_keys
where (actor, key) in (
  select actor, key from idempotency_keys
  where created_at <= to_timestamp($1 / 1000.0)
  order by created_at
  limit ${BATCH}
  for update skip locked)`

/** What is on its way to one is withdrawn when it is due. */
const RETIRED = `
delete from addresses
where id in (
  select id from addresses
  where used_on < $1::date
  order by used_on
  limit ${BATCH}
  for update skip locked)`

/** Returns how many rows there were. */
async function prune(
  pool: Pool,
  sql: string,
  values: readonly (number | string)[],
): Promise<number> {
  for (let pruned = 0; ; ) {
    const { rowCount } = await pool.query(sql, [...values])
    pruned += rowCount ?? 0
    if (rowCount === null || rowCount < BATCH) return pruned
  }
}

/**
 * Days that are far ahead come from a broker whose clock is wrong. By our own clock they are forgotten
 * like all others; the default partitions, where they are, hold little else.
 */
async function sweepStrays(pool: Pool, nowMs: number, oldestMs: number): Promise<void> {
  const ahead = new Date(nowMs + 2 * DAY_MS).toISOString().slice(0, 10)
  for (const sql of STRAYS_BY_AGE) await pool.query(sql, [ahead, oldestMs])
  for (const sql of STRAYS_BY_USE) await pool.query(sql, [ahead])
}

const STRAYS_BY_AGE = [
  `delete from deliveries_default where day >= $1 and decided_at <= to_timestamp($2 / 1000.0)`,
  `delete from attempts_default where day >= $1 and ended_at <= to_timestamp($2 / 1000.0)`,
]

const STRAYS_BY_USE = [
  `update messages_default m set content = null
   where day >= $1 and content is not null and not exists (
     select from deliveries d
     where d.day = m.day and d.message_id = m.id and d.state in ('queued', 'claimed', 'folded'))`,
  `delete from messages_default m
   where day >= $1 and not exists (
     select from deliveries d where d.day = m.day and d.message_id = m.id)`,
  `delete from unreached_default u
   where day >= $1 and not exists (
     select from messages m where m.day = u.day and m.id = u.message_id)`,
]
