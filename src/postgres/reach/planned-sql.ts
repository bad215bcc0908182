import {
  deviceFact,
  devicesFacts,
  type FactsPlan,
  isDesktop,
  isRevoked,
  ofMessage,
  USER_REASON,
  userFacts,
} from './facts-sql.ts'
import { DESKTOP_DELAY, DEVICES, GRACE, NOW, QUIET_SPREAD_MS } from './policy-values.ts'

/** As they are, or as if none of the user's devices were online. */
export type DevicesSeen = 'as-they-are' | 'as-offline'

/**
 * `planned`: a row for each recipient (of `r`) who is not reached, with the reason, and one for each
 * address of the others, chosen or lost to quiet hours or expiry. The rules are those of
 * core/reach/decide-reach.ts, in its order; a property test compares them.
 */
export function plannedSql(plan: FactsPlan, seen: DevicesSeen): string {
  const isSeen = seen === 'as-they-are'
  return `
planned as materialized (
  select x.n, x.uid, x.is_online, x.reason, x.address_id, x.device_id, x.provider, x.step, x.due_at,
    case when x.gather > interval '0' then x.due_at - x.gather end as gathers_at,
    x.is_quiet and not x.is_dropped as is_silent,
    x.address_id is not null and not x.is_dropped and x.due_at < x.expires_at as is_chosen,
    x.address_id is not null and (x.is_dropped or x.due_at >= x.expires_at) as is_lost, x.is_dropped
  from (
    select r.n, r.uid, m.expires_at, f.reason is null and coalesce(d.is_online, false) as is_online,
      case when f.reason is not null then f.reason
        when a.id is not null then null
        when d.is_online then 'online'
        when p.quiet_action = 'drop' and ${quietAt(NOW)} then 'quiet-hours'
        else 'no-address' end as reason,
      a.id as address_id, a.device_id, a.provider, a.step, a.gather,
      ${DUE_AT} as due_at, ${quietAt('a.start_at + a.after')} as is_quiet, ${DROPPED} as is_dropped
    from r join m on ${ofMessage(plan, 'r')} and not m.is_over
    ${userFacts(plan)}
    cross join lateral (select ${USER_REASON} as reason offset 0) f
    ${isSeen ? devicesFacts(plan, 'f.reason is null') : NO_DEVICES}
    left join lateral (${addressesOf(isSeen)}) a on true
    offset 0
  ) x
)`
}

const NO_DEVICES = `cross join (select false as is_online, false as is_mobile_online,
  null::timestamptz as grace_end) d`

const QUIET_HOURS = 'p.quiet_days, p.quiet_from, p.quiet_to, p.quiet_zone'

/** Whether quiet hours silence or drop what comes then; what they defer is not their business. */
function quietAt(at: string): string {
  return `case when p.quiet_action in ('silence', 'drop') and not m.is_forced
    then quiet_until(${QUIET_HOURS}, ${at}) is not null else false end`
}

/** Dropped is what comes in quiet hours, and what they hold at the time when it would be due. */
const DROPPED = `(p.quiet_action is not distinct from 'drop'
  and (${quietAt('a.start_at + a.after')} or ${quietAt(NOW)}))`

const SPREAD = `case when ${QUIET_SPREAD_MS} = 0 then interval '0' else
  ('x' || substr(md5(r.uid), 1, 6))::bit(24)::integer % ${QUIET_SPREAD_MS} * interval '1 millisecond' end`

const DUE_AT = `case when p.quiet_action = 'defer' and not m.is_forced
  then quiet_defer(${QUIET_HOURS}, a.start_at, a.after, ${SPREAD})
  else a.start_at + a.after end`

function addressesOf(isSeen: boolean): string {
  return `
    select a.id, a.device_id, a.provider, l.step, l.after + l.gather as after, l.gather,
      ${isSeen ? START_AT : NOW} as start_at
    from addresses a cross join lateral (select
      case a.channel when 'push' then m.push_step when 'sms' then m.sms_step else m.email_step end as step,
      case a.channel when 'push' then m.push_after when 'sms' then m.sms_after else m.email_after end as after,
      case a.channel when 'email' then coalesce(p.digest_minutes * interval '1 minute', m.email_gather)
        else interval '0' end as gather
    ) l
    where a.user_id = r.uid and f.reason is null and l.step is not null
      and (a.device_id is null or not ${isRevoked('a.device_id')})
      ${isSeen ? `and ${MAY_BE_REACHED}` : ''}
    offset 0`
}

/** The first line is about the user alone, so that no address is looked up where it decides. */
const MAY_BE_REACHED = `(d.is_online is not true or ${DEVICES} <> 'user-offline')
  and case when ${DEVICES} = 'device-offline' and a.device_id is not null
      then ${deviceFact('a.device_id', 'is_online')} is not true
    when d.is_online is not true then true
    when ${DEVICES} = 'desktop-first' then not d.is_mobile_online
      and (a.device_id is null or not ${isDesktop('a.device_id')})
    else false end`

const START_AT = `greatest(${NOW},
  case when ${GRACE} > interval '0' then
    case when ${DEVICES} = 'device-offline' and a.device_id is not null
      then ${deviceFact('a.device_id', 'grace_end')} else d.grace_end end end,
  case when ${DEVICES} = 'desktop-first' and d.is_online then ${NOW} + ${DESKTOP_DELAY} end)`
