import { MESSAGE_COLUMNS } from './message-rows.ts'
import { LADDER_COLUMNS, LADDERS, NOW } from './policy-values.ts'

/** The messages of $1 with what their senders may say. */
const JUDGED = `
judged as materialized (
  select i.n, i.day, i.id, i.kind, i.to_uid, i.gid, i.from_uid, i.inbox, i.conversation, i.sent_at,
    coalesce(i.awaits_ack, false) as awaits_ack, i.app_id, coalesce(i.mentions, '{}') as mentions,
    coalesce(i.is_silent, false) as is_silent,
    case when s.may then i.expires_at_p else i.expires_at end as expires_at,
    coalesce(case when s.may then i.is_forced_p else i.is_forced end, false) as is_forced,
    coalesce(case when s.may then i.mentions_all_p else i.mentions_all end, false) as mentions_all,
    case when s.may then i.content_p else i.content end as content
  from json_to_recordset($1::json) as i (${MESSAGE_COLUMNS})
    cross join lateral (select case when i.asks_role then coalesce(
      (select s.role <> 'member' from memberships s
       where s.group_id = i.gid and s.user_id = i.from_uid), false) end as may offset 0) s
)`

/** Writes the messages; those that were there already are no more. */
const STORED = `
stored as (
  insert into messages (day, id, kind, inbox, gid, from_uid, sent_at, expires_at, app_id, mentions,
    mentions_all, is_silent, is_forced, content)
  select day, id, kind, inbox, gid, from_uid, sent_at, expires_at, app_id, mentions, mentions_all,
    is_silent, is_forced, content
  from judged order by day, id
  on conflict do nothing
  returning day, id
)`

/** What stands in the way of a message whomever it is for. */
const OVER = `case when j.expires_at <= ${NOW} then 'expired' when j.is_silent then 'silent-message' end`

/** What the rest has to know of a message (`judged j`) and of the ladder of its kind (`l`). */
export const MESSAGE = `j.n, j.day, j.id, j.to_uid, j.gid, j.from_uid, j.conversation, j.sent_at, j.expires_at,
    j.mentions, j.mentions_all, j.is_forced, j.awaits_ack, ${OVER} as over, (${OVER}) is not null as is_over,
    j.kind in ('group-message', 'join-request') as is_groups, j.kind = 'join-request' as is_for_admins,
    l.push_step, l.push_after, l.sms_step, l.sms_after, l.email_step, l.email_after,
    l.email_gather`

export const LADDER = `json_to_recordset(${LADDERS}) as l (${LADDER_COLUMNS})`

/**
 * `m`: the new messages; $10 is the members beyond which a group is large.
 *
 * Conditions on `m` and what follows are booleans wherever that can be: the planner thinks one of two
 * rows has it, where it thinks one of 200 has some text, and then loops over "one row" hundreds of times.
 */
export const NEW_MESSAGES = `${JUDGED}, ${STORED},
m as materialized (
  select ${MESSAGE}, j.kind = 'group-message' and (select count(*) from (
      select from memberships g where g.group_id = j.gid limit $10::integer + 1) g) > $10 as is_large
  from judged j left join ${LADDER} on l.kind = j.kind
  where (j.day, j.id) in (select day, id from stored)
)`

/** `m` of one message that is written already. */
export const ONE_MESSAGE = `${JUDGED},
m as materialized (
  select ${MESSAGE} from judged j left join ${LADDER} on l.kind = j.kind limit 1
)`

/** `r`: whom each new message is for; the members of large groups come later. */
export const RECIPIENTS = `
r as materialized (
  select m.n, m.to_uid as uid, true as is_member from m
  where not m.is_groups and m.to_uid <> m.from_uid
  union all
  select m.n, g.user_id, true from m cross join lateral (
    select g.user_id from memberships g where g.group_id = m.gid and g.user_id <> m.from_uid
      and (not m.is_for_admins or g.role <> 'member') offset 0) g
  where m.is_groups and not m.is_large
)`

/** `r` of one large group; in a statement of its own the planner knows which, and how large. */
export const MEMBERS = `
r as materialized (
  select m.n, g.user_id as uid, true as is_member
  from m cross join memberships g where g.group_id = $10 and g.user_id <> m.from_uid
)`
