import type { PoolClient } from 'pg'
import type { Doorbell } from '../core/ports/sql.ts'
import type { ReadMark } from '../core/reach/read-mark.ts'

/**
 * Moves read marks forward, and takes back what notifications show of what was read.
 *
 * A mark is only written where something unread lies before it, because whoever writes into a
 * conversation reads it each time. Marks are locked in the order of their keys.
 */
export async function applyReads(
  client: PoolClient,
  marks: readonly ReadMark[],
  nowMs: number,
): Promise<readonly Doorbell[]> {
  const furthest = furthestOf(marks)
  if (furthest.length === 0) return []
  const asked = JSON.stringify(furthest)
  const { rows } = await client.query<Doorbell>({
    name: 'apply-reads',
    text: APPLY,
    values: [asked, new Date(nowMs).toISOString()],
  })
  return rows
}

/** Of each user and conversation the mark that is furthest, with names that are short in JSON. */
function furthestOf(marks: readonly ReadMark[]) {
  const furthest = new Map<string, { u: string; c: string; r: number; d: string | undefined }>()
  for (const { uid, conversation, readAt, deviceId } of marks) {
    const key = `${uid}\n${conversation}`
    const known = furthest.get(key)
    if (known !== undefined && known.r >= readAt) continue
    furthest.set(key, { u: uid, c: conversation, r: readAt, d: deviceId })
  }
  return [...furthest.values()]
}

/**
 * Looks at so many messages between the old mark and the new one. Where there are more, the mark is
 * written whether or not one is unread: that costs no more, and leaves less to look at next time.
 */
const LOOK_BACK_MAX = 10

const MOVED = `
moved as (
insert into read_marks (user_id, conversation, read_at)
select q.u, q.c, to_timestamp(q.r / 1000)
from json_to_recordset($1) q (u text collate "C", c text collate "C", r float8)
join users u on u.id = q.u
left join read_marks k on k.user_id = q.u and k.conversation = q.c
cross join lateral (
  select count(*) as looked_at, count(*) filter (where m.is_unread) as unread
  from (
    select m.from_uid <> q.u and (q.c like 'group/%' or q.c = 'user/' || m.from_uid) as is_unread
    from messages m
    where m.inbox = case when q.c like 'group/%' then q.c else 'user/' || q.u end
      and m.kind in ('direct-message', 'group-message')
      and m.sent_at > coalesce(k.read_at, '-infinity')
      and m.sent_at <= to_timestamp(q.r / 1000)
      -- The day of a message is that of its time: only partitions of these days are looked into.
      and m.day >= coalesce((k.read_at at time zone 'UTC')::date, '-infinity')
      and m.day <= (to_timestamp(q.r / 1000) at time zone 'UTC')::date
    order by m.sent_at desc
    limit ${LOOK_BACK_MAX}
  ) m
) found
where found.unread > 0 or found.looked_at = ${LOOK_BACK_MAX}
order by q.u, q.c
for key share of u
on conflict (user_id, conversation) do update set read_at = excluded.read_at
where read_marks.read_at < excluded.read_at
)`

/**
 * A slot that somebody has locked is about to show something newer, or to be sent: it is passed over,
 * so nobody is waited for out of turn. What is sent after it was read is withdrawn at its claim.
 *
 * Slots are looked up by key, address by address: in a plain join the planner, to whom the table was
 * empty once, reads all of them for each batch.
 */
const CLEARED = `
shown as (
  select a.user_id, a.conversation, a.read_on, a.id as address_id, a.channel, a.provider, a.device_id
  from (
    select a.user_id, q.c as conversation, q.d as read_on, q.r, a.id, a.channel, a.provider, a.device_id
    from json_to_recordset($1) q (u text collate "C", c text collate "C", r float8, d text)
    cross join lateral (select * from addresses where user_id = q.u offset 0) a
    order by a.id, q.c
  ) a
  cross join lateral (
    select from conversation_slots s
    where s.address_id = a.id and s.conversation = a.conversation and s.state = 'sent'
      and s.newest_at <= to_timestamp(a.r / 1000)
    for update skip locked
  ) s
), gone as (
  delete from conversation_slots s using shown
  where s.address_id = shown.address_id and s.conversation = shown.conversation
), told as (
  select * from shown
  where channel = 'push' and device_id is distinct from read_on
), clears as (
  select user_id, conversation, gen_random_uuid() as id
  from (select distinct user_id, conversation from told) t
), written as (
  insert into messages (day, id, kind, inbox, gid, from_uid, sent_at, expires_at, is_silent)
  select ($2::timestamptz at time zone 'UTC')::date, id, 'clear', 'user/' || user_id,
    case when conversation like 'group/%' then split_part(conversation, '/', 2) end,
    user_id, $2::timestamptz, $2::timestamptz + interval '1 day', true
  from clears
), queued as (
  insert into deliveries (day, message_id, address_id, user_id, device_id, provider, conversation,
    is_silent, decided_at, due_at, expires_at, wake_at)
  select ($2::timestamptz at time zone 'UTC')::date, c.id, t.address_id, t.user_id, t.device_id,
    t.provider, t.conversation, true, $2::timestamptz, $2::timestamptz,
    $2::timestamptz + interval '1 day', $2::timestamptz + interval '2 seconds'
  from told t join clears c using (user_id, conversation)
  returning provider
)`

const APPLY = `with ${MOVED}, ${CLEARED}
select provider, count(*)::int as deliveries from queued group by provider order by provider`
