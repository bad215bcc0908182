import type { Pool } from 'pg'
import type { Unread } from '../core/directory/own-views.ts'
import { BADGE_MAX, countBadges, DIRECT_LOOK_BACK_MAX, GROUPS_MAX } from './badges.ts'

/** By a broker's clock it may be tomorrow. Partitions of later days are made ahead and empty. */
const IS_PAST = `m.day <= ($2::timestamptz at time zone 'UTC')::date + 1`

const DIRECT = `
select 'user/' || m.from_uid as conversation, count(*) as unread, max(m.sent_at) as last_at, k.read_at
from (
  select m.from_uid, m.sent_at from messages m
  where m.inbox = 'user/' || $1 and m.kind = 'direct-message' and ${IS_PAST}
  order by m.sent_at desc
  limit ${DIRECT_LOOK_BACK_MAX}
) m
left join read_marks k on k.user_id = $1 and k.conversation = 'user/' || m.from_uid
where m.from_uid <> $1 and m.sent_at > coalesce(k.read_at, '-infinity')
group by m.from_uid, k.read_at`

const IN_GROUPS = `
select 'group/' || g.group_id as conversation, found.unread, found.last_at, k.read_at
from (
  select group_id, joined_at from memberships where user_id = $1 order by group_id limit ${GROUPS_MAX}
) g
left join read_marks k on k.user_id = $1 and k.conversation = 'group/' || g.group_id
cross join lateral (
  select count(*) as unread, max(m.sent_at) as last_at from (
    select m.sent_at from messages m
    where m.inbox = 'group/' || g.group_id and m.kind = 'group-message'
      and m.day >= (greatest(k.read_at, g.joined_at) at time zone 'UTC')::date and ${IS_PAST}
      and m.sent_at > greatest(k.read_at, g.joined_at) and m.from_uid <> $1
    order by m.sent_at desc
    limit ${BADGE_MAX}
  ) m
) found
where found.unread > 0`

const SQL = `
select conversation, least(${BADGE_MAX}, unread)::int as unread, last_at, read_at
from (${DIRECT} union all ${IN_GROUPS}) found
order by last_at desc, conversation`

interface Row {
  readonly conversation: string
  readonly unread: number
  readonly last_at: Date
  readonly read_at: Date | null
}

/** Counted as for badges, conversation by conversation, those that are muted as well. */
export async function readUnread(pool: Pool, uid: string, nowMs: number): Promise<Unread> {
  const { rows } = await pool.query<Row>(SQL, [uid, new Date(nowMs)])
  const badges = await countBadges(pool, [uid], nowMs)
  return {
    badge: badges.get(uid) ?? 0,
    conversations: rows.map((row) => ({
      conversation: row.conversation,
      unread: row.unread,
      lastMessageAt: row.last_at,
      readAt: row.read_at ?? undefined,
    })),
  }
}
