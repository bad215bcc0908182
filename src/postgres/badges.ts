import type { PoolClient } from 'pg'

export const BADGE_MAX = 99

/** So many of a user's direct messages are looked at, the newest first, read ones among them. */
export const DIRECT_LOOK_BACK_MAX = 500
/** So many of a user's groups. */
export const GROUPS_MAX = 500

/** By a broker's clock it may be tomorrow. Partitions of later days are made ahead and empty. */
const IS_PAST = `m.day <= ($2::timestamptz at time zone 'UTC')::date + 1`

/** What of a conversation (c) or of the account (a) keeps its messages from counting. */
const COUNTS = `coalesce(c.notify, a.notify, 'all') <> 'none'
    and coalesce(c.muted_until, a.muted_until, '-infinity') <= $2`

/** Of `u`: a row for each user. */
const DIRECT = `
select u.uid, found.unread
from u
left join preferences a on a.user_id = u.uid
cross join lateral (
  select count(*) as unread from (
    select m.from_uid, m.sent_at from messages m
    where m.inbox = 'user/' || u.uid and m.kind = 'direct-message' and ${IS_PAST}
    order by m.sent_at desc
    limit ${DIRECT_LOOK_BACK_MAX}
  ) m
  left join read_marks k on k.user_id = u.uid and k.conversation = 'user/' || m.from_uid
  left join conversation_preferences c on c.user_id = u.uid and c.conversation = 'user/' || m.from_uid
  where m.from_uid <> u.uid and m.sent_at > coalesce(k.read_at, '-infinity') and ${COUNTS}
) found`

/** Messages of a group since then. */
const since = (time: string) => `
  m.inbox = 'group/' || g.group_id and m.kind = 'group-message'
    and m.day >= (${time} at time zone 'UTC')::date and ${IS_PAST} and m.sent_at > ${time}`

/**
 * Of `u`: a row for each user and group in which something may be unread. Most groups are silent, and
 * people share them: each is looked into once, and only then asked who of its members has read what.
 */
const IN_GROUPS = `
select r.uid, found.unread
from (
  select g.group_id, min(g.joined_at) as since, array_agg(u.uid) as uids,
    array_agg(g.joined_at) as times
  from u
  cross join lateral (
    select group_id, joined_at from memberships where user_id = u.uid
    order by group_id limit ${GROUPS_MAX}
  ) g
  group by g.group_id
) g
cross join lateral (select from messages m where ${since('g.since')} limit 1) spoken
cross join lateral unnest(g.uids, g.times) r (uid, joined_at)
left join preferences a on a.user_id = r.uid
left join conversation_preferences c
  on c.user_id = r.uid and c.conversation = 'group/' || g.group_id
left join read_marks k on k.user_id = r.uid and k.conversation = 'group/' || g.group_id
cross join lateral (
  select count(*) as unread from (
    select from messages m
    where ${since('greatest(k.read_at, r.joined_at)')} and m.from_uid <> r.uid
    limit ${BADGE_MAX}
  ) m
) found
where ${COUNTS}`

/**
 * Counted from the messages each time: there is no counter that could drift. Days are those of the
 * messages' times, so that only partitions are looked into that can hold something unread.
 */
const COUNT = `
with u as materialized (select uid from unnest(string_to_array($1, e'\\n')) u (uid))
select uid, least(${BADGE_MAX}, sum(unread))::int as badge
from (${DIRECT} union all ${IN_GROUPS}) found
group by uid`

/** How many messages each user has not read, at most 99. */
export async function countBadges(
  client: Pick<PoolClient, 'query'>,
  uids: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  if (uids.length === 0) return new Map()
  const { rows } = await client.query<{ uid: string; badge: number }>({
    name: 'count-badges',
    text: COUNT,
    // A uid holds no line break, and `pg` would quote every element of an array.
    values: [[...new Set(uids)].join('\n'), new Date(nowMs)],
  })
  return new Map(rows.map(({ uid, badge }) => [uid, badge]))
}
