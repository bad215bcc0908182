import { DEAD_STATES } from '../core/delivery/dead-states.ts'
import type { DeadFilter, DeadSlice } from '../core/ports/dead-deliveries.ts'

/** What the partial indexes are about, said so that the planner sees it. */
const IS_DEAD = `d.state in (${DEAD_STATES.map((state) => `'${state}'`).join(', ')})`

/** As the indexes have it. */
const DAY = (day: string) => `(${day} - date '2000-01-01')`

const NEWEST_FIRST = `${DAY('d.day')} desc, d.message_id desc, d.address_id desc`

/** A statement and its values. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/**
 * Rows of `deliveries` that a filter fits, the newest first. Each of the three indexes is in that order
 * within what it leads with, so what is not said of that (a state, a provider) is taken one after the other: there
 * are a few providers, which are found by one step through the index each.
 */
export function deadDeliveries(filter: DeadFilter, { after, limit }: DeadSlice): Statement {
  const { uid, states, provider, reason } = filter
  const values = [
    uid,
    states,
    provider,
    reason,
    after?.day,
    after?.messageId,
    after?.addressId,
    limit,
  ]
  return { text: uid !== undefined ? BY_USER : reason !== undefined ? BY_REASON : BY_STATE, values }
}

const NEXT = `($5::date is null or d.day <= $5::date
  and (${DAY('d.day')}, d.message_id, d.address_id) < (${DAY('$5::date')}, $6::uuid, $7::bigint))`
const OF_PROVIDER = '($3::text is null or d.provider = $3)'

/** Conditions that say nothing are said so that the planner sees it, or it would expect fewer rows. */
const OF_STATES = `($2::text[] @> array[${DEAD_STATES.map((state) => `'${state}'`).join(', ')}]
  or d.state = any ($2::text[]))`
const OF_REASON = '($4::text is null or d.reason = $4)'

const BY_USER = `
select d.* from deliveries d
where d.user_id = $1 and ${IS_DEAD} and ${OF_STATES} and ${OF_PROVIDER} and ${OF_REASON}
  and ${NEXT}
order by ${NEWEST_FIRST} limit $8::integer`

/** `begins`: what is said of the first column of the index, for each row of `leads`. */
const stepping = (leads: string, begins: string, matches: string) => `
with recursive step (lead, provider) as (
  select lead, coalesce($3::text, (select min(d.provider) from deliveries d
    where ${IS_DEAD} and ${begins})) from ${leads} as step (lead)
  union all
  select lead, (select min(d.provider) from deliveries d
    where ${IS_DEAD} and ${begins} and d.provider > step.provider)
  from step where $3::text is null and provider is not null
)
select d.* from step cross join lateral (
  select d.* from deliveries d
  where ${IS_DEAD} and ${begins} and d.provider = step.provider and ${matches} and ${NEXT}
  order by ${NEWEST_FIRST} limit $8::integer) d
where step.provider is not null and $1::text is null
order by ${NEWEST_FIRST} limit $8::integer`

const BY_STATE = stepping('unnest($2::text[])', 'd.state = step.lead', '$4::text is null')
const BY_REASON = stepping('(values (true))', 'd.reason = $4::text', OF_STATES)

const KEYS = `
  select day, id, address from unnest(
    string_to_array($1, ',')::date[], string_to_array($2, ',')::uuid[],
    string_to_array($3, ',')::bigint[]) k (day, id, address)`

const HELD = `
k as materialized (${KEYS}), held as materialized (
  select d.day, d.message_id, d.address_id, d.expires_at
  from k cross join lateral (select * from deliveries d
    where d.day = k.day and d.message_id = k.id and d.address_id = k.address
      and d.state in ('failed', 'expired')
    order by d.day, d.message_id, d.address_id for update) d
)`

/** The second line leaves the planner nothing but the keys. */
const isHeld = (one: string, held: string) => `
    ${one}.day = ${held}.day and ${one}.message_id = ${held}.message_id and ${one}.address_id = ${held}.address_id
    and ${one}.day = any (array(select day from k)) and ${one}.message_id = any (array(select id from k))`

/**
 * As if it had been decided now: the attempts before are over, and it may be folded into again where
 * nothing has taken its slot. Slots are taken in the order of their key, as everywhere.
 */
export const REDRIVE = `
with ${HELD}, redriven as (
  update deliveries d
  set state = 'queued', reason = null, attempt = 0, lease = null, finished_at = null,
    gathers_at = null, digest_id = null, decided_at = to_timestamp($5 / 1000.0),
    due_at = to_timestamp($5 / 1000.0), wake_at = to_timestamp($5 / 1000.0),
    expires_at = coalesce(to_timestamp($4 / 1000.0), d.expires_at)
  from held h
  where ${isHeld('d', 'h')} and ($4::float8 is not null or h.expires_at > to_timestamp($5 / 1000.0))
  returning d.day, d.message_id, d.address_id, d.conversation, d.is_silent, d.due_at, d.expires_at
), forgotten as (
  delete from attempts a using redriven d where ${isHeld('a', 'd')}
), slots as (
  insert into conversation_slots (address_id, conversation, state, carrier_day, carrier_id, is_silent,
    due_at, newest_day, newest_id, newest_at, messages, expires_at)
  select d.address_id, d.conversation, 'waiting', d.day, d.message_id, d.is_silent, d.due_at, d.day,
    d.message_id, m.sent_at, 1, d.expires_at
  from redriven d cross join lateral (
    select m.sent_at from messages m where m.day = d.day and m.id = d.message_id limit 1) m
  order by d.address_id, d.conversation
  on conflict (address_id, conversation) do nothing
)
select count(*)::int as mended from redriven`

export const DISCARD = `
with ${HELD}, discarded as (
  update deliveries d set state = 'withdrawn', reason = 'discarded'
  from held h where ${isHeld('d', 'h')}
  returning d.day
)
select count(*)::int as mended from discarded`
