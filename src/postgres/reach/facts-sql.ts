import { DESKTOP_PLATFORMS } from '../../core/reach/reach-policy.ts'
import { DEVICES, GRACE, NOW } from './policy-values.ts'

/**
 * What is known of a recipient (r) of a message (m). There are two ways to find it, and one rule:
 * `offset 0` makes each of these a look-up by key, which is right for the few recipients of many
 * messages; a large group's members are joined as the planner sees fit.
 */
export type FactsPlan = 'look-ups' | 'joins'

/** A statement of joins is about one message, so that it need not be found by its number. */
export function ofMessage(plan: FactsPlan, alias: string): string {
  return plan === 'joins' ? 'true' : `m.n = ${alias}.n`
}

/** What a user and the settings of theirs say, before their devices are looked at. */
export function userFacts(plan: FactsPlan): string {
  const isPinned = plan === 'look-ups'
  const pin = isPinned ? 'offset 0' : ''
  // As parameters, they tell the planner how few rows there are.
  const conversation = isPinned ? 'm.conversation' : `('group/' || $10::text)`
  const from = isPinned ? 'm.from_uid' : '$11::text'
  // Few have read what has just been sent.
  const newer = isPinned ? '' : 'and k.read_at >= (select sent_at from m)'
  return `
    ${isPinned ? USER : MEMBER}
    left join lateral (select b.user_id as is_blocking
      from blocks b where b.user_id = r.uid and b.blocked_id = ${from} ${pin}) b on true
    left join lateral (select p.notify, p.muted_until, p.quiet_action, p.quiet_days, p.quiet_from,
        p.quiet_to, p.quiet_zone, p.digest_minutes
      from preferences p where p.user_id = r.uid ${pin}) p on true
    left join lateral (select c.notify, c.muted_until from conversation_preferences c
      where c.user_id = r.uid and c.conversation = ${conversation} ${pin}) c on true
    left join lateral (select k.read_at from read_marks k
      where k.user_id = r.uid and k.conversation = ${conversation} ${newer} ${pin}) k on true`
}

const USER = `left join lateral (select u.disabled_at is not null as is_disabled
      from users u where u.id = r.uid offset 0) u on true`

/** A member is a user, and few users are disabled. */
const MEMBER = `left join users o on o.id = r.uid and o.disabled_at is not null
    cross join lateral (select o.id is not null as is_disabled) u`

const NOTIFY = `coalesce(c.notify, p.notify, 'all')`
const CALLED = '(m.is_forced or m.mentions_all or r.uid = any(m.mentions))'

/** Why the user gets nothing, whatever the devices are; null where nothing is in the way. */
export const USER_REASON = `case
  when u.is_disabled is null then 'unknown-user'
  when u.is_disabled then 'disabled'
  when not r.is_member then 'left'
  when b.is_blocking is not null then 'blocked'
  when ${NOTIFY} = 'none' then 'notifications-off'
  when k.read_at >= m.sent_at then 'read'
  when coalesce(c.muted_until, p.muted_until) > ${NOW} and not ${CALLED} then 'muted'
  when ${NOTIFY} = 'mentions' and not ${CALLED} then 'mentions-only'
end`

/** A device that was on a node when that went down is not known to be online. */
const IS_ONLINE = `(p.is_online and not exists (select from gone_nodes g
  where g.node = p.node and g.gone_at >= p.connected_at))`

/** Scalar, so that it stays a look-up into an index of few entries. */
export function isRevoked(deviceId: string): string {
  return `((select true from devices d where d.id = ${deviceId} and d.revoked_at is not null) is true)`
}

export function isDesktop(deviceId: string): string {
  const platforms = DESKTOP_PLATFORMS.map((platform) => `'${platform}'`).join(', ')
  return `((select d.platform in (${platforms}) from devices d where d.id = ${deviceId}) is true)`
}

/** Whether one device is online, and until when it counts as on its way back. */
export function deviceFact(deviceId: string, fact: 'is_online' | 'grace_end'): string {
  const column = fact === 'is_online' ? IS_ONLINE : graceEnd('p')
  return `(select ${column} from device_presence p where p.device_id = ${deviceId})`
}

/** A broker's clock may be ahead of ours. Of a device that never left it is null, which `least` is not. */
function graceEnd(presence: string): string {
  const left = `${presence}.disconnected_at`
  return `case when ${left} > ${NOW} then ${NOW} else ${left} end + ${GRACE}`
}

const DEVICES_COLUMNS = `bool_or(p.is_on) as is_online,
  bool_or(${DEVICES} = 'desktop-first' and p.is_on and not ${isDesktop('p.device_id')}) as is_mobile_online,
  max(${graceEnd('p')}) filter (where not p.is_on) as grace_end`

/** What all of a user's devices say together. */
export function devicesFacts(plan: FactsPlan, condition: string): string {
  if (plan === 'look-ups') {
    return `
    left join lateral (select ${DEVICES_COLUMNS} from (
        select p.device_id, p.disconnected_at, ${IS_ONLINE} as is_on from device_presence p
        where p.user_id = r.uid and ${condition} and not ${isRevoked('p.device_id')} offset 0) p
      ) d on true`
  }
  return `
    left join (select p.uid, ${DEVICES_COLUMNS} from (
        select r.uid, p.device_id, p.disconnected_at, p.is_online and g.node is null as is_on
        from r join device_presence p on p.user_id = r.uid
          left join gone_nodes g on g.node = p.node and g.gone_at >= p.connected_at
          left join devices v on v.id = p.device_id and v.revoked_at is not null
        where v.id is null and (p.is_online or ${GRACE} > interval '0')) p
      group by p.uid) d on d.uid = r.uid`
}
