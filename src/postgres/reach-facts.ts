import type { Pool } from 'pg'
import type { Role } from '../core/directory/group.ts'
import type { ReachFactsSource, RecipientFacts } from '../core/ports/reach-ports.ts'
import { conversationOf } from '../core/reach/conversation.ts'
import type {
  NotifyLevel,
  QuietHours,
  ReachAddress,
  ReachDevice,
  ReachFacts,
} from '../core/reach/reach-facts.ts'

/** For people who ask; whoever decides about messages by the thousand reads the same in one statement. */
const SQL = `
select
  case when u.id is null then 'unknown' when u.disabled_at is null then 'active' else 'disabled' end as user,
  r.role, s.role as "senderRole", b.user_id is not null as "blocksSender",
  p.notify, ms(p.muted_until) as "mutedUntil",
  c.notify as "conversationNotify", ms(c.muted_until) as "conversationMutedUntil",
  p.quiet_days as days, to_char(p.quiet_from, 'HH24:MI') as from, to_char(p.quiet_to, 'HH24:MI') as to,
  p.quiet_zone as zone, p.quiet_action as action, p.digest_minutes as "digestMinutes", ms(k.read_at) as "readAt",
  coalesce((select json_agg(json_build_object(
      'deviceId', d.id, 'platform', d.platform, 'isRevoked', d.revoked_at is not null,
      'isOnline', coalesce(o.is_online, false) and not exists (
        select from gone_nodes g where g.node = o.node and g.gone_at >= o.connected_at),
      'disconnectedAt', ms(o.disconnected_at)) order by d.id)
    from devices d left join device_presence o on o.device_id = d.id where d.user_id = q.uid), '[]') as devices,
  coalesce((select json_agg(json_build_object(
      'id', a.id::text, 'channel', a.channel, 'provider', a.provider, 'deviceId', a.device_id) order by a.id)
    from addresses a where a.user_id = q.uid), '[]') as addresses
from (values ($1::text, $2::text, $3::text, $4::text)) q (uid, sender, gid, conversation)
left join users u on u.id = q.uid
left join memberships r on r.group_id = q.gid and r.user_id = q.uid
left join memberships s on s.group_id = q.gid and s.user_id = q.sender
left join blocks b on b.user_id = q.uid and b.blocked_id = q.sender
left join preferences p on p.user_id = q.uid
left join conversation_preferences c on c.user_id = q.uid and c.conversation = q.conversation
left join read_marks k on k.user_id = q.uid and k.conversation = q.conversation`.replaceAll(
  /\bms\(([a-z._]+)\)/g,
  '(extract(epoch from $1) * 1000)::float8',
)

interface Row {
  readonly user: ReachFacts['user']
  readonly role: Role | null
  readonly senderRole: Role | null
  readonly blocksSender: boolean
  readonly notify: NotifyLevel | null
  readonly mutedUntil: number | null
  readonly conversationNotify: NotifyLevel | null
  readonly conversationMutedUntil: number | null
  readonly days: number | null
  readonly from: string | null
  readonly to: string | null
  readonly zone: string | null
  readonly action: QuietHours['action'] | null
  readonly digestMinutes: number | null
  readonly readAt: number | null
  readonly devices: readonly Nullable<ReachDevice>[]
  readonly addresses: readonly Nullable<ReachAddress>[]
}

/** As JSON has it: what is not there is null. */
type Nullable<Of> = {
  readonly [Key in keyof Of]: undefined extends Of[Key]
    ? Exclude<Of[Key], undefined> | null
    : Of[Key]
}

export function createReachFactsSource(pool: Pick<Pool, 'query'>): ReachFactsSource {
  return {
    async ask(uid, message) {
      const { from, gid } = message
      const { rows } = await pool.query<Row>(SQL, [uid, from, gid, conversationOf(message)])
      const [row] = rows
      if (row === undefined) throw new Error('the reach facts query returned no row')
      return readRow(uid, row)
    },
  }
}

function readRow(uid: string, row: Row): RecipientFacts {
  const { user, role, senderRole, blocksSender } = row
  return {
    role: role ?? undefined,
    facts: {
      uid,
      user,
      isMember: role !== null,
      senderRole: senderRole ?? undefined,
      blocksSender,
      account: { notify: row.notify ?? 'all', mutedUntil: row.mutedUntil ?? undefined },
      conversation: {
        ...(row.conversationNotify !== null && { notify: row.conversationNotify }),
        ...(row.conversationMutedUntil !== null && { mutedUntil: row.conversationMutedUntil }),
      },
      quietHours: readQuietHours(row),
      digestMs: row.digestMinutes === null ? undefined : row.digestMinutes * 60_000,
      readAt: row.readAt ?? undefined,
      devices: row.devices.map((device) => ({
        ...device,
        platform: device.platform ?? undefined,
        disconnectedAt: device.disconnectedAt ?? undefined,
      })),
      addresses: row.addresses.map((address) => ({
        ...address,
        deviceId: address.deviceId ?? undefined,
      })),
    },
  }
}

function readQuietHours({ days, from, to, zone, action }: Row): QuietHours | undefined {
  if (days === null || from === null || to === null) return undefined
  return zone === null || action === null ? undefined : { days, from, to, zone, action }
}
