import type { Pool } from 'pg'
import type { Settlement } from '../core/delivery/claimed-delivery.ts'

/**
 * Writes outcomes and all that follows from them in one statement: the delivery (only where the lease
 * is still ours), the attempt, the address that is gone, the slot. Returns the numbers of those that
 * were somebody else's. Slots are locked in the order of their primary key, as everywhere.
 */
const SQL = `
with o as (
  select * from json_to_recordset($2::json) as o (
    n int, day date, id uuid, address bigint, state text, reason text, provider_id text,
    attempt smallint, due float8, ended float8, call_attempt smallint, call text, call_reason text,
    forget boolean, gone_since float8)
), done as (
  update deliveries d
  set state = o.state,
    lease = null,
    attempt = o.attempt,
    reason = case when o.state = 'queued' then d.reason else o.reason end,
    provider_id = o.provider_id,
    due_at = case when o.due is null then d.due_at else to_timestamp(o.due / 1000) end,
    wake_at = case when o.state <> 'queued' then d.wake_at
      else to_timestamp(coalesce(o.due, o.ended) / 1000) end,
    finished_at = case when o.state <> 'queued' then to_timestamp(o.ended / 1000) end
  from o
  where d.day = o.day and d.message_id = o.id and d.address_id = o.address
    and d.lease = $1 and d.state = 'claimed'
    and d.day = any (array(select day from o)) and d.message_id = any (array(select id from o))
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
), slots as (
  select s.address_id, s.conversation, done.state, done.due_at, done.ended
  from done
  join conversation_slots s on s.address_id = done.address_id and s.conversation = done.conversation
    and s.carrier_day = done.day and s.carrier_id = done.message_id
  order by s.address_id, s.conversation
  for update of s
), moved as (
  update conversation_slots s
  set state = case slots.state when 'sent' then 'sent' else 'waiting' end,
    sent_at = case slots.state when 'sent' then to_timestamp(slots.ended / 1000) else s.sent_at end,
    due_at = slots.due_at
  from slots
  where s.address_id = slots.address_id and s.conversation = slots.conversation
    and slots.state in ('sent', 'queued')
), emptied as (
  delete from conversation_slots s
  using slots
  where s.address_id = slots.address_id and s.conversation = slots.conversation
    and slots.state not in ('sent', 'queued')
), forgotten as (
  delete from addresses a
  using done
  where done.forget and a.id = done.address_id
    and (done.gone_since is null or a.registered_at <= to_timestamp(done.gone_since / 1000))
)
select o.n from o where not exists (select from done where done.n = o.n)`

export async function settleRows(
  pool: Pool,
  lease: string,
  settlements: readonly Settlement[],
): Promise<readonly Settlement[]> {
  const { rows } = await pool.query<{ n: number }>({
    name: 'settle-deliveries',
    text: SQL,
    values: [lease, JSON.stringify(settlements.map(recordOf))],
  })
  const lost = new Set(rows.map(({ n }) => n))
  return lost.size === 0 ? [] : settlements.filter((_, n) => lost.has(n))
}

function recordOf(settlement: Settlement, n: number) {
  const { key, state, reason, providerId, attempt, dueAt, endedAt, call, forget } = settlement
  return {
    n,
    day: key.day,
    id: key.messageId,
    address: key.addressId,
    state,
    reason,
    provider_id: providerId,
    attempt,
    due: dueAt,
    ended: endedAt,
    call_attempt: call?.attempt,
    call: call?.outcome,
    call_reason: call?.reason,
    forget: forget !== undefined,
    gone_since: forget?.goneSince,
  }
}
