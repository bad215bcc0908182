import type { Pool } from 'pg'
import type { Settlement } from '../core/delivery/claimed-delivery.ts'

/**
 * Of notifications that were accepted, which is the rule: nothing else follows from them.
 *
 * Only what is claimed has a lease. Its state is not asked for: that would allow the planner to go
 * through the index of all that is open instead of the primary key.
 */
const SENT = `
with o as (
  select * from unnest(
    string_to_array($2, ',')::date[], string_to_array($3, ',')::uuid[],
    string_to_array($4, ',')::bigint[], string_to_array($5, ',')::smallint[],
    string_to_array($6, ',')::float8[], string_to_array($7, e'\\n'))
  with ordinality o (day, id, address, attempt, ended, provider_id, n)
), done as (
  update deliveries d
  set state = 'sent', lease = null, attempt = o.attempt, reason = null,
    provider_id = nullif(o.provider_id, ''), finished_at = to_timestamp(o.ended / 1000)
  from o
  where d.day = o.day and d.message_id = o.id and d.address_id = o.address
    and d.lease = $1
  returning o.n, d.day, d.message_id, d.address_id, d.conversation, d.finished_at
), moved as (
  update conversation_slots s
  set state = 'sent', sent_at = done.finished_at
  from (select * from done order by address_id, conversation) done
  where s.address_id = done.address_id and s.conversation = done.conversation
    and s.carrier_day = done.day and s.carrier_id = done.message_id
)
select array_agg((n - 1)::int) as written from done`

/**
 * Writes outcomes of any kind and all that follows from them in one statement: the delivery (only where the lease
 * is still ours), the attempt, the address that is gone, the slot. Returns the numbers of those that
 * were ours. Slots are taken in the order of their primary key, as everywhere.
 */
const ANY = `
with o as (
  select * from json_to_recordset($2::json) as o (
    n int, day date, id uuid, address bigint, state text, reason text,
    attempt smallint, due float8, ended float8, call_attempt smallint, call text, call_reason text,
    forget boolean, gone_since float8)
), done as (
  update deliveries d
  set state = o.state,
    lease = null,
    attempt = o.attempt,
    reason = case when o.state <> 'queued' or o.call is null then o.reason end,
    due_at = case when o.due is null then d.due_at else to_timestamp(o.due / 1000) end,
    wake_at = case when o.state <> 'queued' then d.wake_at
      else to_timestamp(coalesce(o.due, o.ended) / 1000) end,
    finished_at = case when o.state <> 'queued' then to_timestamp(o.ended / 1000) end,
    -- The mail is taken apart again, and nothing of it goes with another before it is due itself.
    digest_id = case when o.state <> 'queued' then d.digest_id end,
    gathers_at = case when o.due is null or d.gathers_at is null then d.gathers_at
      else to_timestamp(o.due / 1000) end
  from o
  where d.day = o.day and d.message_id = o.id and d.address_id = o.address
    and d.lease = $1
  returning o.n, d.day, d.message_id, d.address_id, d.conversation, d.due_at, o.state, o.ended,
    o.call_attempt, o.call, o.call_reason, o.forget, o.gone_since
), noted as (
  insert into attempts (day, message_id, address_id, attempt, outcome, reason, retry_at, ended_at)
  select day, message_id, address_id, call_attempt, call, call_reason,
    case when state = 'queued' then due_at end, to_timestamp(ended / 1000)
  from done
  where call is not null
  on conflict (day, message_id, address_id, attempt) do update
    set outcome = excluded.outcome, reason = excluded.reason, retry_at = excluded.retry_at,
      ended_at = excluded.ended_at
), moved as (
  update conversation_slots s
  set state = 'waiting', due_at = done.due_at
  from (select * from done where state = 'queued' order by address_id, conversation) done
  where s.address_id = done.address_id and s.conversation = done.conversation
    and s.carrier_day = done.day and s.carrier_id = done.message_id
), emptied as (
  delete from conversation_slots s
  using (select * from done where state <> 'queued' order by address_id, conversation) done
  where s.address_id = done.address_id and s.conversation = done.conversation
    and s.carrier_day = done.day and s.carrier_id = done.message_id
), forgotten as (
  delete from addresses a
  using done
  where done.forget and a.id = done.address_id
    and (done.gone_since is null or a.registered_at <= to_timestamp(done.gone_since / 1000))
)
select array_agg(n) as written from done`

/** Returns those that are not held any more. */
export async function settleRows(
  pool: Pool,
  lease: string,
  settlements: readonly Settlement[],
): Promise<readonly Settlement[]> {
  const sent = settlements.filter(({ state }) => state === 'sent')
  const others = settlements.filter(({ state }) => state !== 'sent')
  return [
    ...(sent.length === 0 ? [] : await settleSent(pool, lease, sent)),
    ...(others.length === 0 ? [] : await settleAny(pool, lease, others)),
  ]
}

async function settleSent(pool: Pool, lease: string, sent: readonly Settlement[]) {
  const column = (of: (one: Settlement) => string | number) => sent.map(of).join(',')
  const { rows } = await pool.query<Written>({
    name: 'settle-sent',
    text: SENT,
    values: [
      lease,
      column(({ key }) => key.day),
      column(({ key }) => key.messageId),
      column(({ key }) => key.addressId),
      column(({ attempt }) => attempt),
      column(({ endedAt }) => endedAt),
      // A provider's id is not ours to choose, but it has no lines.
      sent.map(({ providerId = '' }) => providerId.replaceAll(CONTROLS, ' ')).join('\n'),
    ],
  })
  return lostOf(sent, rows)
}

async function settleAny(pool: Pool, lease: string, settlements: readonly Settlement[]) {
  const { rows } = await pool.query<Written>({
    name: 'settle-any',
    text: ANY,
    values: [lease, JSON.stringify(settlements.map(recordOf))],
  })
  return lostOf(settlements, rows)
}

/** Null where none was. */
interface Written {
  readonly written: readonly number[] | null
}

function lostOf(
  settlements: readonly Settlement[],
  [row]: readonly Written[],
): readonly Settlement[] {
  const written = new Set(row?.written)
  return settlements.filter((_, n) => !written.has(n))
}

/** Postgres takes no NUL, and our lines no line break. */
const CONTROLS = /\p{Cc}/gu

function recordOf(settlement: Settlement, n: number) {
  const { key, state, reason, attempt, dueAt, endedAt, call, forget } = settlement
  return {
    n,
    day: key.day,
    id: key.messageId,
    address: key.addressId,
    state,
    reason: reason && plain(reason),
    attempt,
    due: dueAt,
    ended: endedAt,
    call_attempt: call?.attempt,
    call: call?.outcome,
    call_reason: call && plain(call.reason),
    forget: forget !== undefined,
    gone_since: forget?.goneSince,
  }
}

/** What is kept of a provider's own words: an index has room for no more. */
const REASON_MAX = 500

function plain(reason: string): string {
  return reason.slice(0, REASON_MAX).replaceAll(CONTROLS, ' ').toWellFormed()
}
