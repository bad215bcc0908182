/**
 * What the eraser does to one table, or one partition of it, for the uids `$1` and the pseudonyms `$2`: at most
 * `$3` rows in a statement, locked in the order of their keys, as everybody else locks them. A uid that
 * was released and given out again is a new user's since the new user was made.
 */
const GONE = `gone as (
  select t.id, t.pseudonym, coalesce(u.created_at, 'infinity') as until
  from unnest($1::text[], $2::text[]) t (id, pseudonym)
  left join users u on u.id = t.id
)`

/** The conversations that others have with whoever is gone. */
const PEERS = `${GONE}, peers as (
  select 'user/' || id || part as old, 'user/' || pseudonym || part as new, until
  from gone cross join (values (''), ('/application')) p (part)
)`

/** What was written to them, for which nobody waits. */
const INBOXES = (partition: string) => `
with ${GONE}, doomed as (
  select m.day, m.id
  from ${partition} m join gone g on m.inbox = 'user/' || g.id and m.sent_at < g.until
  order by m.day, m.id
  limit $3
  for update of m
), reasons as (
  delete from unreached u using doomed d where u.day = d.day and u.message_id = d.id
)
delete from ${partition} m using doomed d where m.day = d.day and m.id = d.id`

const SENDERS = (partition: string) => `
with ${GONE}, theirs as (
  select m.day, m.id, g.pseudonym
  from ${partition} m join gone g on m.from_uid = g.id and m.sent_at < g.until
  order by m.day, m.id
  limit $3
  for update of m
)
update ${partition} m set from_uid = t.pseudonym from theirs t where m.day = t.day and m.id = t.id`

const renamed = (column: string) => `(
  select array_agg(coalesce(g.pseudonym, x.uid) order by x.n)
  from unnest(${column}) with ordinality x (uid, n) left join gone g on g.id = x.uid)`

const MENTIONS = (partition: string) => `
with ${GONE}, naming as (
  select m.day, m.id, ${renamed('m.mentions')} as mentions
  from ${partition} m
  where m.mentions && $1::text[]
    and exists (select from gone g where g.id = any(m.mentions) and m.sent_at < g.until)
  order by m.day, m.id
  limit $3
  for update of m
)
update ${partition} m set mentions = n.mentions from naming n where m.day = n.day and m.id = n.id`

const UNREACHED = (partition: string) => `
with ${GONE}, naming as (
  select u.day, u.message_id, u.reason, ${renamed('u.uids')} as uids
  from ${partition} u
  where u.uids && $1::text[]
    and exists (select from gone g where g.id = any(u.uids) and u.day <= g.until)
  order by u.day, u.message_id, u.reason
  limit $3
  for update of u
)
update ${partition} u set uids = n.uids from naming n
where u.day = n.day and u.message_id = n.message_id and u.reason = n.reason`

const DELIVERIES = (partition: string) => `
with ${GONE}, doomed as (
  select d.day, d.message_id, d.address_id
  from ${partition} d join gone g on d.user_id = g.id and d.decided_at < g.until
  order by d.day, d.message_id, d.address_id
  limit $3
  for update of d
), tries as (
  delete from attempts a using doomed d
  where a.day = d.day and a.message_id = d.message_id and a.address_id = d.address_id
)
delete from ${partition} o using doomed d
where o.day = d.day and o.message_id = d.message_id and o.address_id = d.address_id`

const CONVERSATIONS = (partition: string) => `
with ${PEERS}, naming as (
  select d.day, d.message_id, d.address_id, p.new
  from ${partition} d join peers p on d.conversation = p.old and d.decided_at < p.until
  order by d.day, d.message_id, d.address_id
  limit $3
  for update of d
)
update ${partition} d set conversation = n.new from naming n
where d.day = n.day and d.message_id = n.message_id and d.address_id = n.address_id`

const SLOTS = `
with ${PEERS}, naming as (
  select s.address_id, s.conversation, p.new
  from conversation_slots s join peers p on s.conversation = p.old and s.newest_at < p.until
  order by s.address_id, s.conversation
  limit $3
  for update of s
)
update conversation_slots s set conversation = n.new from naming n
where s.address_id = n.address_id and s.conversation = n.conversation`

const READ_MARKS = `
with ${PEERS}, naming as (
  select k.user_id, k.conversation, p.new
  from read_marks k join peers p on k.conversation = p.old and k.read_at < p.until
  order by k.user_id, k.conversation
  limit $3
  for update of k
)
update read_marks k set conversation = n.new from naming n
where k.user_id = n.user_id and k.conversation = n.conversation`

const ACKS = `
with ${GONE}
delete from awaited_acks where (user_id, message_id) in (
  select a.user_id, a.message_id
  from awaited_acks a join gone g on a.user_id = g.id and a.decided_at < g.until
  order by a.user_id, a.message_id
  limit $3
  for update of a)`

/** Kept as they came: whatever says the name as JSON does. */
const REJECTED = `
with ${GONE}
delete from rejected_events where id in (
  select distinct r.id
  from rejected_events r join gone g
    on position(convert_to(to_json(g.id)::text, 'UTF8') in r.excerpt) > 0 and r.received_at < g.until
  limit $3)`

/** By partitioned table. What belongs to nobody any more goes first, so that it is not renamed. */
export const ERASE_BY_DAY = {
  messages: [INBOXES, SENDERS, MENTIONS],
  unreached: [UNREACHED],
  deliveries: [DELIVERIES, CONVERSATIONS],
} as const

export const ERASE_ELSEWHERE: readonly string[] = [SLOTS, READ_MARKS, ACKS, REJECTED]
