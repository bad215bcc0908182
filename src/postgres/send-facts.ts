import type { Pool } from 'pg'

/**
 * What a claimed delivery's decision and notification need, as columns over `FACTS_FROM`. Flags are one
 * number, because columns cost Node more than Postgres, and times are compared here, because Postgres
 * needs longer to print one than to compare two. `now` is the number of a parameter.
 */
export const factsColumns = (now: string) => `
  q.day::text as day, q.message_id as "messageId", q.address_id::text as "addressId", q.uid, q.conversation,
  date_part('epoch', q.decided_at) * 1000 as "decidedAt",
  date_part('epoch', q.expires_at) * 1000 as "expiresAt",
  case when q.newest_id <> q.message_id then date_part('epoch', m.expires_at) * 1000 end
    as "newestExpiresAt",
  q.attempt, q.newest_id as "newestId", q.messages,
  m.kind, m.from_uid as "from", m.gid, m.content,
  a.channel, a.token, a.device_id as "deviceId", coalesce(a.locale, p.locale) as locale,
  f.display_name as "fromName", g.display_name as "groupName", k.role,
  coalesce(cp.notify, p.notify) as notify, w.others,
  case when m.is_forced then 1 else 0 end
    + case when m.mentions_all or q.uid = any (m.mentions) then 2 else 0 end
    + case when coalesce(cp.muted_until, p.muted_until) > to_timestamp(${now} / 1000.0) then 4 else 0 end
    + case when exists (select from users where id = q.uid and disabled_at is not null)
      then 8 else 0 end
    + case when exists (select from devices where id = a.device_id and revoked_at is not null)
      then 16 else 0 end
    + case when exists (select from blocks where user_id = q.uid and blocked_id = m.from_uid)
      then 32 else 0 end
    + case when p.hide_preview then 64 else 0 end
    + case when q.is_silent then 128 else 0 end
    + case when q.is_late then 256 else 0 end
    + case when exists (select from read_marks
        where user_id = q.uid and conversation = q.conversation and read_at >= m.sent_at)
      then 512 else 0 end
    + coalesce(w.own, 0)
    + case when q.step > 0 and exists (
        select from addresses ea
        join deliveries ed on ed.day = q.day and ed.message_id = q.message_id and ed.address_id = ea.id
        left join deliveries ec on ed.state = 'folded' and ec.day = ed.carrier_day
          and ec.message_id = ed.carrier_id and ec.address_id = ed.address_id
        where ea.user_id = q.uid and ed.step < q.step
          and (ed.state = 'sent' and ed.undelivered_at is null
            or ec.state = 'sent' and ec.undelivered_at is null))
      then 16384 else 0 end
    + case when a.used_on < (to_timestamp(${now} / 1000.0) at time zone 'UTC')::date
      then 131072 else 0 end
    + case when q.newest_id <> q.message_id then coalesce((
        select case when c.is_forced then 1 else 0 end
          + case when c.mentions_all or q.uid = any (c.mentions) then 2 else 0 end
        from messages c where c.day = q.day and c.id = q.message_id), 0) * 32768 else 0 end
  as flags`

const IS_ONLINE = `(x.is_online and not exists (
  select from gone_nodes n where n.node = x.node and n.gone_at >= x.connected_at))`

/**
 * To follow a relation `q`. Laterals with a limit are asked by key, row by row: as plain joins the
 * planner would read whole tables while they are small, and a while longer.
 */
export const FACTS_JOINS = `
left join lateral (select kind, from_uid, gid, content, sent_at, expires_at, is_forced, mentions,
    mentions_all
  from messages where day = q.newest_day and id = q.newest_id limit 1) m on true
left join lateral (select channel, token, device_id, locale, used_on
  from addresses where id = q.address_id limit 1) a on true
left join lateral (select display_name from users where id = m.from_uid limit 1) f on true
left join lateral (select display_name from groups where id = m.gid limit 1) g on true
left join lateral (select role from memberships
  where m.kind in ('group-message', 'join-request') and group_id = m.gid and user_id = q.uid limit 1
) k on true
left join lateral (select notify, muted_until, hide_preview, locale
  from preferences where user_id = q.uid limit 1) p on true
left join lateral (select notify, muted_until from conversation_preferences
  where user_id = q.uid and conversation = q.conversation limit 1) cp on true
left join lateral (
  select
    sum(case when x.device_id = a.device_id then 1024
      + case when ${IS_ONLINE} then 2048 else 0 end
      + case when x.connected_at > m.sent_at then 4096 else 0 end
      + case when x.connected_at > q.decided_at then 8192 else 0 end end)::int as own,
    json_agg(json_build_array(
        (select platform from devices where id = x.device_id), ${IS_ONLINE},
        x.connected_at > m.sent_at, x.connected_at > q.decided_at,
        not x.clean_start and x.expiry_seconds > 0 and x.session_since <= m.sent_at))
      filter (where x.device_id is distinct from a.device_id
        and (x.is_online or x.connected_at > m.sent_at)) as others
  from device_presence x
  where x.user_id = q.uid
) w on true`

export const FLAGS = {
  isForced: 1,
  isMention: 2,
  isMuted: 4,
  isUserDisabled: 8,
  isDeviceRevoked: 16,
  blocksSender: 32,
  hidesPreview: 64,
  isSilent: 128,
  isLate: 256,
  hasRead: 512,
  hasPresence: 1024,
  isOnline: 2048,
  isSinceMessage: 4096,
  isSinceDecision: 8192,
  hasAcceptedStep: 16384,
  isCarrierForced: 32768,
  isCarrierMention: 65536,
  isFirstToday: 131072,
} as const

/** What is joined may be missing, so most columns may be null. UUIDs as Postgres writes them. */
export interface FactsRow {
  readonly day: string
  readonly messageId: string
  readonly addressId: string
  readonly uid: string
  readonly conversation: string
  readonly decidedAt: number
  readonly expiresAt: number
  readonly newestExpiresAt: number | null
  readonly attempt: number
  readonly newestId: string
  readonly messages: number
  readonly kind: string | null
  readonly from: string | null
  readonly gid: string | null
  readonly content: unknown
  readonly channel: 'push' | 'email' | 'sms' | null
  readonly token: string | null
  readonly deviceId: string | null
  readonly locale: string | null
  readonly fromName: string | null
  readonly groupName: string | null
  readonly role: 'owner' | 'admin' | 'member' | null
  readonly notify: 'all' | 'mentions' | 'none' | null
  readonly others: readonly OtherRow[] | null
  readonly flags: number
  /** Of mails that are claimed. */
  readonly digestId?: string | null | undefined
}

type OtherRow = readonly [
  platform: string | null,
  isOnline: boolean,
  isSinceMessage: boolean | null,
  isSinceDecision: boolean | null,
  hasMessage: boolean | null,
]

export interface DeliveryRowKey {
  readonly day: string
  readonly messageId: string
  readonly addressId: string
}

/** Of deliveries as they are, with the newest message that folded in. */
const SQL = `
select ${factsColumns('$4')}
from (
  select d.day, d.message_id, d.address_id, d.user_id as uid, d.conversation, d.decided_at,
    d.expires_at, d.attempt, d.is_silent, d.is_late, d.step,
    coalesce(s.newest_day, d.day) as newest_day, coalesce(s.newest_id, d.message_id) as newest_id,
    coalesce(s.messages, 1) as messages
  from unnest(
      string_to_array($1, ',')::date[], string_to_array($2, ',')::uuid[],
      string_to_array($3, ',')::bigint[]) k (day, id, address)
  cross join lateral (select * from deliveries
    where day = k.day and message_id = k.id and address_id = k.address limit 1) d
  left join lateral (select * from conversation_slots
    where address_id = d.address_id and conversation = d.conversation
      and carrier_day = d.day and carrier_id = d.message_id limit 1) s on true
  offset 0
) q
${FACTS_JOINS}`

/** In no order; deliveries that are gone are left out. */
export async function readSendFacts(
  pool: Pool,
  keys: readonly DeliveryRowKey[],
  nowMs: number,
): Promise<readonly FactsRow[]> {
  const { rows } = await pool.query<FactsRow>({
    name: 'send-facts',
    text: SQL,
    values: [
      keys.map(({ day }) => day).join(','),
      keys.map(({ messageId }) => messageId).join(','),
      keys.map(({ addressId }) => addressId).join(','),
      nowMs,
    ],
  })
  return rows
}
