import { LADDER, MESSAGE } from './judged-sql.ts'
import { decidedSql } from './reach-sql.ts'

/** Those whose connection was lost (`$1`), with the messages that may have been sent into the void. */
export const TAKEN_FROM_LOST = `
lost as materialized (
  select l.uid, l.since from json_to_recordset($1::json) as l (uid text, since timestamptz)
), held as materialized (
  select k.place from (select uid from lost order by uid) l cross join lateral (
    select k.ctid as place from awaited_acks k where k.user_id = l.uid order by k.message_id for update) k
), taken as (
  delete from awaited_acks k where k.ctid = any(array(select place from held))
  returning k.user_id, k.day, k.message_id, k.sent_at, k.counts_online
), late as materialized (
  select t.user_id, t.day, t.message_id, t.counts_online from taken t join lost l on l.uid = t.user_id where l.since is null or t.sent_at >= l.since
)`

/** At most $9 of what was sent before $1 and is not acknowledged yet. */
export const TAKEN_OVERDUE = `
held as materialized (
  select k.ctid as place from awaited_acks k where k.sent_at <= $1::timestamptz
  order by k.sent_at limit $9::integer for update skip locked
), late as (
  delete from awaited_acks k where k.ctid = any(array(select place from held))
  returning k.user_id, k.day, k.message_id, k.counts_online
)`

/**
 * At most $9 of what was decided between $1 and $10 for somebody who had left when it was sent: the
 * decision did not see the disconnect, which was stored at the same time or came later.
 */
export const TAKEN_CROSSED = `
held as materialized (
  select k.ctid as place
  from awaited_acks k cross join lateral (
    select bool_or(p.is_online) as is_online, max(p.disconnected_at) as left_at
    from device_presence p where p.user_id = k.user_id offset 0) p
  where k.decided_at >= $1::timestamptz and k.decided_at <= $10::timestamptz
    and not p.is_online and k.sent_at >= p.left_at
  order by k.decided_at limit $9::integer for update of k skip locked
), late as (
  delete from awaited_acks k where k.ctid = any(array(select place from held))
  returning k.user_id, k.day, k.message_id, k.counts_online
)`

/** The rule of core/reach/conversation.ts. */
const CONVERSATION = `case v.kind
    when 'direct-message' then 'user/' || v.from_uid
    when 'friend-request' then 'user/' || v.from_uid || '/application'
    when 'group-message' then 'group/' || v.gid
    when 'join-request' then 'group/' || v.gid || '/application'
    else 'group/' || v.gid || '/invitation' end`

/**
 * `late` once more from messages to deliveries, as if nobody were online; and the books put right. Whoever was
 * not counted as online may have been unreached for another reason: quiet hours of a device that was
 * offline, say. They are found by their names, of which there are more than acknowledgements are awaited.
 */
export const DECIDED_LATE = `
j as materialized (
  select (row_number() over ())::integer as n, v.day, v.id, v.kind, null::text as to_uid, v.gid, v.from_uid,
    ${CONVERSATION} as conversation, v.sent_at, v.expires_at, coalesce(v.mentions, '{}') as mentions,
    v.mentions_all, v.is_forced, v.is_silent, false as awaits_ack
  from (select distinct day, message_id from late) l cross join lateral (
    select v.day, v.id, v.kind, v.gid, v.from_uid, v.sent_at, v.expires_at, v.mentions, v.mentions_all,
      v.is_forced, v.is_silent
    from messages v where v.day = l.day and v.id = l.message_id offset 0) v
), m as materialized (
  select ${MESSAGE} from j left join ${LADDER} on l.kind = j.kind
), r as materialized (
  select j.n, l.user_id as uid, l.counts_online, j.kind not in ('group-message', 'join-request') or exists (
    select from memberships g where g.group_id = j.gid and g.user_id = l.user_id
      and (j.kind = 'group-message' or g.role <> 'member')) as is_member
  from late l join j on j.day = l.day and j.id = l.message_id
), ${decidedSql('look-ups', 'as-offline')},
kept as materialized (
  select r.uid, m.day, m.id, o.reason as old, u.reason as new
  from r join m on m.n = r.n left join u on u.n = r.n and u.uid = r.uid cross join lateral (
    select case when r.counts_online then 'online' else (
      select x.reason from unreached x
      where x.day = m.day and x.message_id = m.id and r.uid = any(x.uids) limit 1) end as reason offset 0) o
  where o.reason is distinct from u.reason and o.reason is not null
), missed as (
  select distinct day, id from kept
), locked as materialized (
  select x.day, x.message_id, x.reason, x.uids
  from (select distinct day, id, old from kept order by day, id, old) q cross join lateral (
    select x.day, x.message_id, x.reason, x.uids from unreached x
    where x.day = q.day and x.message_id = q.id and x.reason = q.old for update) x
), changes as (
  select day, id, old as reason, -1 as recipients, null::text as uid from kept
  union all
  select k.day, k.id, k.new, 1, case when k.uid = any(l.uids) then k.uid end
  from kept k left join locked l on l.day = k.day and l.message_id = k.id and l.reason = k.old
  where k.new is not null
), recorded as (
  insert into unreached as x (day, message_id, reason, recipients, uids)
  select day, id, reason, sum(recipients), coalesce(array_agg(uid) filter (where uid is not null), '{}')
  from changes group by day, id, reason order by day, id, reason
  on conflict (day, message_id, reason) do update set
    recipients = x.recipients + excluded.recipients,
    uids = array(select t.uid from unnest(x.uids) with ordinality as t (uid, nth)
      where not exists (select from kept k
        where k.day = x.day and k.id = x.message_id and k.old = x.reason and k.uid = t.uid)
      order by nth) || excluded.uids
)`
