import { type FactsPlan, ofMessage } from './facts-sql.ts'
import { type DevicesSeen, plannedSql } from './planned-sql.ts'
import { COALESCE, NOW } from './policy-values.ts'

/** Recipients that `unreached` names, of each message; the others are counted. */
const NAMED_MAX = 500

/**
 * From messages (`m`) and whom they are for (`r`) to deliveries: CTEs that end in `bells`.
 * `perMessage` is what separates messages; a statement about one message needs no sorting.
 */
export function decidedSql(plan: FactsPlan, seen: DevicesSeen): string {
  return `${plannedSql(plan, seen)}, ${ranked(plan, seen)}, ${SLOTS}, ${delivered(seen)}, ${BELLS},
${unreachedRecipients(plan)}`
}

/**
 * `ranked`: what is to be sent, in its order within a slot. Messages that are due at once and alike
 * (usually all) fold into the first; of those that differ, the earliest due take the slot.
 */
function ranked(plan: FactsPlan, seen: DevicesSeen): string {
  const message = `p.n, p.uid, p.address_id, p.device_id, p.provider, p.step, p.due_at, p.is_silent,
    m.day, m.id, m.conversation, m.sent_at, m.expires_at`
  const from = `from planned p join m on ${ofMessage(plan, 'p')} where p.is_chosen
    ${seen === 'as-offline' ? NOT_YET_DELIVERED : ''}`
  if (plan === 'joins') {
    // In the order of the keys of both tables that it is written to: the time that takes is halved.
    return `
ranked as materialized (
  select ${message}, true as is_first, true as is_slots, 1 as messages, m.day as newest_day, m.id as newest_id,
    m.sent_at as newest_at, m.expires_at as last_expires_at ${from}
  order by p.address_id
)`
  }
  return `
ranked as materialized (
  select ${message}, dense_rank() over slot = 1 and row_number() over run = 1 as is_first,
    dense_rank() over slot = 1 as is_slots,
    count(*) over whole_run as messages, last_value(m.day) over whole_run as newest_day,
    last_value(m.id) over whole_run as newest_id, last_value(m.sent_at) over whole_run as newest_at,
    max(m.expires_at) over whole_run as last_expires_at
  ${from}
  window slot as (partition by p.address_id, m.conversation order by p.due_at, p.is_silent),
    run as (partition by p.address_id, m.conversation, p.due_at, p.is_silent order by m.sent_at, m.id),
    whole_run as (run rows between unbounded preceding and unbounded following)
)`
}

/** Where it is decided again, some addresses may have been notified at first. */
const NOT_YET_DELIVERED = `and not exists (select from deliveries d
    where d.day = m.day and d.message_id = m.id and d.address_id = p.address_id)`

/** When a further push to the slot may be due: not right after the last one, nor during it. */
const SPACED = `case s.state when 'claimed' then greatest(excluded.due_at, ${NOW} + ${COALESCE})
  else greatest(excluded.due_at, s.sent_at + ${COALESCE}) end`

const FOLDS = `(s.state = 'waiting' and s.is_silent = excluded.is_silent and s.due_at <= ${SPACED})`

/** The slot's rows are locked in the order of their key, as everywhere. */
const SLOTS = `
slots as (
  insert into conversation_slots as s (address_id, conversation, state, carrier_day, carrier_id, is_silent,
    due_at, newest_day, newest_id, newest_at, messages, expires_at)
  select address_id, conversation, 'waiting', day, id, is_silent, due_at, newest_day, newest_id,
    newest_at, messages, last_expires_at
  from ranked where is_first order by address_id, conversation
  on conflict (address_id, conversation) do update set
    state = 'waiting',
    carrier_day = case when ${FOLDS} then s.carrier_day else excluded.carrier_day end,
    carrier_id = case when ${FOLDS} then s.carrier_id else excluded.carrier_id end,
    is_silent = excluded.is_silent,
    due_at = case when ${FOLDS} then s.due_at else ${SPACED} end,
    newest_day = case when ${FOLDS} and s.newest_at > excluded.newest_at then s.newest_day else excluded.newest_day end,
    newest_id = case when ${FOLDS} and s.newest_at > excluded.newest_at then s.newest_id else excluded.newest_id end,
    newest_at = case when ${FOLDS} and s.newest_at > excluded.newest_at then s.newest_at else excluded.newest_at end,
    messages = excluded.messages + case when ${FOLDS} then s.messages else 0 end,
    expires_at = case when ${FOLDS} then greatest(s.expires_at, excluded.expires_at) else excluded.expires_at end,
    sent_at = case s.state when 'claimed' then ${NOW} else s.sent_at end
  returning address_id, conversation, carrier_day, carrier_id, due_at
)`

/** A delivery whose bell is rung now needs nobody to look after it, unless the bell is lost. */
const BELL_PATIENCE = `interval '2 seconds'`

/**
 * A new message has no deliveries yet. Only where it is decided again may some be there, and to look for
 * them costs as much as to write to the index.
 */
function delivered(seen: DevicesSeen): string {
  return `
delivered as (
  insert into deliveries (day, message_id, address_id, user_id, device_id, provider, conversation, state,
    is_silent, is_late, step, decided_at, due_at, expires_at, wake_at, carrier_day, carrier_id)
  select k.day, k.id, k.address_id, k.uid, k.device_id, k.provider, k.conversation,
    case when c.folds then 'folded' else 'queued' end,
    k.is_silent, ${seen === 'as-offline'}, k.step, ${NOW}, c.due_at, k.expires_at,
    case when c.due_at <= ${NOW} then ${NOW} + ${BELL_PATIENCE} else c.due_at end,
    case when c.folds then c.carrier_day end, case when c.folds then c.carrier_id end
  from ranked k left join slots s on s.address_id = k.address_id and s.conversation = k.conversation
    cross join lateral (select s.carrier_day, s.carrier_id,
      k.is_slots and (s.carrier_id <> k.id or s.carrier_day <> k.day) as folds,
      case when s.carrier_id = k.id and s.carrier_day = k.day then s.due_at else k.due_at end as due_at) c
  ${seen === 'as-offline' ? 'on conflict do nothing' : ''}
  returning provider, state, due_at
)`
}

const BELLS = `
bells as (
  select provider, count(*) as deliveries from delivered
  where state = 'queued' and due_at <= ${NOW} group by provider
)`

/** `u`: each recipient who is not reached, once, with the reason. */
function unreachedRecipients(plan: FactsPlan): string {
  return `
u as (
  select r.n, r.uid, m.over as reason from r join m on ${ofMessage(plan, 'r')} where m.is_over
  union all
  select n, uid, reason from planned where reason is not null
  union all
  select p.n, p.uid, case when bool_and(p.is_dropped) then 'quiet-hours' else 'expired' end
  from planned p where p.is_lost and not exists (select from planned k
    where k.n = p.n and k.uid = p.uid and k.is_chosen)
  group by p.n, p.uid
)`
}

/** Writes whom a new message does not reach, and of whom, if they are at most $9, it awaits an acknowledgement. */
export function recordedSql(plan: FactsPlan): string {
  const perMessage = plan === 'joins' ? '' : 'partition by n'
  return `
recorded as (
  insert into unreached (day, message_id, reason, recipients, uids)
  select m.day, m.id, u.reason, count(*),
    coalesce(array_agg(u.uid) filter (where u.nth <= ${NAMED_MAX}), '{}')
  from (select n, uid, reason, row_number() over (${perMessage}) as nth from u) u join m on ${ofMessage(plan, 'u')}
  group by m.day, m.id, u.reason
), awaited as (
  insert into awaited_acks (user_id, message_id, day, sent_at, counts_online, decided_at)
  select w.uid, m.id, m.day, m.sent_at, w.counts_online, ${NOW}
  from (select n, uid, coalesce(bool_or(reason = 'online'), false) as counts_online,
      count(*) over (${perMessage}) as recipients
    from planned where is_online group by n, uid) w
    join m on ${ofMessage(plan, 'w')} and m.awaits_ack
  where w.recipients <= $9::integer
  on conflict do nothing
)`
}
