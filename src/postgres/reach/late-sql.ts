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

/** `late` once more from messages to deliveries, as if nobody were online; and the books put right. */
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
missed as materialized (
  select m.day, m.id, array_agg(r.uid) as uids, count(*)::integer as recipients
  from r join m on m.n = r.n where r.counts_online group by m.day, m.id
), locked as materialized (
  select x.day, x.message_id, x.uids from (select day, id from missed order by day, id) q cross join lateral (
    select x.day, x.message_id, x.uids from unreached x
    where x.day = q.day and x.message_id = q.id and x.reason = 'online' for update) x
), corrected as (
  update unreached x set recipients = x.recipients - q.recipients,
    uids = array(select uid from unnest(x.uids) with ordinality as t (uid, nth)
      where uid <> all(q.uids) order by nth)
  from missed q, locked l
  where x.day = q.day and x.message_id = q.id and x.reason = 'online'
    and l.day = q.day and l.message_id = q.id
), recorded as (
  insert into unreached as x (day, message_id, reason, recipients, uids)
  select m.day, m.id, u.reason, count(*),
    coalesce(array_agg(u.uid) filter (where u.uid = any(l.uids)), '{}')
  from u join m on m.n = u.n join r on r.n = u.n and r.uid = u.uid and r.counts_online
    left join locked l on l.day = m.day and l.message_id = m.id
  group by m.day, m.id, u.reason order by m.day, m.id, u.reason
  on conflict (day, message_id, reason) do update set
    recipients = x.recipients + excluded.recipients, uids = x.uids || excluded.uids
)`
