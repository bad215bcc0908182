import type { Pool } from 'pg'
import type { ClaimedRow } from './delivery-claim.ts'

/**
 * All that a claimed delivery's decision and notification need, in one query for the whole claim. Every
 * table is asked by its key, and only where the kind of the message makes the answer count. Flags are
 * one number, because columns cost Node more than Postgres. The laterals with their limits keep the
 * planner from reading whole tables, which it would do while they are small, and longer.
 */
const SQL = `
select
  m.kind, m.from_uid as "from", m.gid, m.content,
  (extract(epoch from m.sent_at) * 1000)::float8 as "sentAt",
  (extract(epoch from m.expires_at) * 1000)::float8 as "messageExpiresAt",
  replace(m.id::text, '-', '') as "newestId",
  a.channel, a.token, a.device_id as "deviceId", coalesce(a.locale, p.locale) as locale,
  f.display_name as "fromName", g.display_name as "groupName", k.role,
  p.notify, (extract(epoch from p.muted_until) * 1000)::float8 as "mutedUntil",
  cp.notify as "conversationNotify",
  (extract(epoch from cp.muted_until) * 1000)::float8 as "conversationMutedUntil",
  (extract(epoch from r.read_at) * 1000)::float8 as "readAt",
  (extract(epoch from o.connected_at) * 1000)::float8 as "connectedAt",
  case when m.kind <> 'clear' then (
    select json_agg(json_build_array(
      x.platform,
      w.is_online and not exists (select from gone_nodes n where n.node = w.node and n.gone_at >= w.connected_at),
      (extract(epoch from w.connected_at) * 1000)::float8,
      case when not w.clean_start and w.expiry_seconds > 0
        then (extract(epoch from w.session_since) * 1000)::float8 end))
    from device_presence w
    join devices x on x.id = w.device_id
    where w.user_id = q.uid and w.device_id is distinct from a.device_id
      and (w.is_online or w.connected_at > m.sent_at)
  ) end as others,
  case when m.is_forced then 1 else 0 end
    + case when m.mentions_all or q.uid = any (m.mentions) then 2 else 0 end
    + case when u.id is null then 0 when u.disabled_at is null then 4 else 8 end
    + case when d.revoked_at is not null then 16 else 0 end
    + case when b.user_id is not null then 32 else 0 end
    + case when p.hide_preview then 64 else 0 end
    + case when o.device_id is not null then 128 else 0 end
    + case when o.is_online and not exists (
        select from gone_nodes n where n.node = o.node and n.gone_at >= o.connected_at)
      then 256 else 0 end
    + case when q.step > 0 and exists (
        select from addresses ea
        join deliveries ed on ed.day = q.day and ed.message_id = q.message_id and ed.address_id = ea.id
        left join deliveries ec on ed.state = 'folded' and ec.day = ed.carrier_day
          and ec.message_id = ed.carrier_id and ec.address_id = ed.address_id
        where ea.user_id = q.uid and ed.step < q.step and 'sent' in (ed.state, ec.state))
      then 512 else 0 end
    + case when q.newest_id <> q.message_id then coalesce((
        select case when c.is_forced then 1024 else 0 end
          + case when c.mentions_all or q.uid = any (c.mentions) then 2048 else 0 end
        from messages c where c.day = q.day and c.id = q.message_id), 0) else 0 end
  as flags
from unnest(
    string_to_array($1, ',')::date[], string_to_array($2, ',')::uuid[],
    string_to_array($3, ',')::date[], string_to_array($4, ',')::uuid[],
    string_to_array($5, ',')::bigint[], string_to_array($6, ',')::smallint[],
    string_to_array($7, e'\\n'), string_to_array($8, e'\\n'))
  with ordinality q (day, message_id, newest_day, newest_id, address_id, step, uid, conversation, n)
left join lateral (select * from messages where day = q.newest_day and id = q.newest_id limit 1) m on true
left join lateral (select * from addresses where id = q.address_id limit 1) a on true
left join lateral (select * from users where id = q.uid limit 1) u on true
left join lateral (select * from users where id = m.from_uid limit 1) f on true
left join lateral (select * from groups where id = m.gid limit 1) g on true
left join lateral (select * from memberships
  where m.kind in ('group-message', 'join-request') and group_id = m.gid and user_id = q.uid limit 1
) k on true
left join lateral (select * from preferences where user_id = q.uid limit 1) p on true
left join lateral (select * from conversation_preferences
  where user_id = q.uid and conversation = q.conversation limit 1) cp on true
left join lateral (select * from read_marks
  where user_id = q.uid and conversation = q.conversation limit 1) r on true
left join lateral (select * from blocks where user_id = q.uid and blocked_id = m.from_uid limit 1) b on true
left join lateral (select * from devices where id = a.device_id limit 1) d on true
left join lateral (select * from device_presence where device_id = a.device_id limit 1) o on true
order by q.n`

export const FLAGS = {
  isForced: 1,
  isMention: 2,
  isActive: 4,
  isDisabled: 8,
  isDeviceRevoked: 16,
  blocksSender: 32,
  hidesPreview: 64,
  hasPresence: 128,
  isOnline: 256,
  hasAcceptedStep: 512,
  isCarrierForced: 1024,
  isCarrierMention: 2048,
} as const

/** Of an outer join, so every column may be null. */
export interface FactsRow {
  readonly kind: string | null
  readonly from: string | null
  readonly gid: string | null
  readonly content: unknown
  readonly sentAt: number | null
  readonly messageExpiresAt: number | null
  readonly newestId: string | null
  readonly channel: 'push' | 'email' | 'sms' | null
  readonly token: string | null
  readonly deviceId: string | null
  readonly locale: string | null
  readonly fromName: string | null
  readonly groupName: string | null
  readonly role: 'owner' | 'admin' | 'member' | null
  readonly notify: 'all' | 'mentions' | 'none' | null
  readonly mutedUntil: number | null
  readonly conversationNotify: 'all' | 'mentions' | 'none' | null
  readonly conversationMutedUntil: number | null
  readonly readAt: number | null
  readonly connectedAt: number | null
  /** Platform, online, connected at, session since. */
  readonly others: readonly (readonly [string | null, boolean, number | null, number | null])[] | null
  readonly flags: number
}

/** One row for each claimed one, in order. */
export async function readSendFacts(
  pool: Pool,
  claimed: readonly ClaimedRow[],
): Promise<readonly FactsRow[]> {
  const { rows } = await pool.query<FactsRow>({
    name: 'send-facts',
    text: SQL,
    values: [
      claimed.map(({ day }) => day).join(','),
      claimed.map(({ messageId }) => messageId).join(','),
      claimed.map(({ newest }) => newest.day).join(','),
      claimed.map(({ newest }) => newest.messageId).join(','),
      claimed.map(({ addressId }) => addressId).join(','),
      claimed.map(({ step }) => step).join(','),
      claimed.map(({ uid }) => uid).join('\n'),
      claimed.map(({ conversation }) => conversation).join('\n'),
    ],
  })
  return rows
}
