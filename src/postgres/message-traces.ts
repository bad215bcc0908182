import type { Pool } from 'pg'
import type { MessageTraces } from '../core/ports/message-traces.ts'
import type {
  AttemptTrace,
  DeliveryTrace,
  MessageTrace,
  UnreachedTrace,
} from '../core/reach/message-trace.ts'
import { claimedDelivery } from './claimed-delivery.ts'
import { readSendFacts } from './send-facts.ts'

const MESSAGES_MAX = 10
const DELIVERIES_MAX = 200

const MESSAGES = `
select day, id, kind, inbox, from_uid as "from", sent_at as "sentAt", expires_at as "expiresAt",
  app_id as "appId", is_silent as "isSilent", is_forced as "isForced",
  coalesce(mentions, '{}') as mentions, mentions_all as "mentionsAll"
from messages`

// There is no index for it: whoever asks can wait, and whoever writes can not.
const BY_APP_ID = `${MESSAGES} where app_id = $1 order by sent_at desc limit ${MESSAGES_MAX}`
const BY_ID = `${MESSAGES} where id = $1 limit ${MESSAGES_MAX}`

/** Newest attempts last; what is folded after what carries it. */
const DELIVERIES = `
select d.address_id as "addressId", d.user_id as uid, d.device_id as "deviceId", a.channel,
  d.provider, d.state, d.reason, d.is_silent as "isSilent", d.is_late as "isLate", d.step,
  d.decided_at as "decidedAt", d.due_at as "dueAt", d.expires_at as "expiresAt", d.attempt,
  d.carrier_id as "carrierId", d.provider_id as "providerId", d.finished_at as "finishedAt",
  d.delivered_at as "deliveredAt", d.opened_at as "openedAt", d.undelivered_at as "undeliveredAt",
  d.undelivered_reason as "undeliveredReason",
  count(*) over ()::int as total
from deliveries d left join addresses a on a.id = d.address_id
where d.day = $1 and d.message_id = $2 and ($3::text is null or d.user_id = $3)
order by d.user_id, d.step, d.address_id
limit ${DELIVERIES_MAX}`

const ATTEMPTS = `
select address_id as "addressId", attempt, outcome, reason, retry_at as "retryAt", ended_at as "endedAt"
from attempts
where day = $1 and message_id = $2 and address_id = any ($3::bigint[])
order by address_id, attempt`

const UNREACHED = `
select reason, recipients, uids from unreached
where day = $1 and message_id = $2 and ($3::text is null or $3 = any (uids))
order by recipients desc, reason`

const AWAITED = `
select user_id as uid, count(*) over ()::int as total from awaited_acks
where message_id = $1 and ($2::text is null or user_id = $2)
order by user_id
limit ${DELIVERIES_MAX}`

export function createMessageTraces(pool: Pool): MessageTraces {
  return {
    async find({ id, uid }) {
      const messages = await findMessages(pool, id)
      return await Promise.all(messages.map((message) => traceOf(pool, message, uid ?? null)))
    },

    async readFacts({ day, id }, addressIds, nowMs) {
      const keys = addressIds.map((addressId) => ({ day, messageId: id, addressId }))
      const rows = await readSendFacts(pool, keys, nowMs)
      // Badges are of no account here.
      return new Map(rows.map((row) => [row.addressId, claimedDelivery(row, 0).facts]))
    },
  }
}

interface MessageRow extends Omit<MessageTrace, 'deliveries' | 'unreached' | 'awaited' | 'appId'> {
  readonly appId: string | null
}

/** An app's own id may look like the broker's. */
async function findMessages(pool: Pool, id: string): Promise<readonly MessageRow[]> {
  if (/^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
    const { rows } = await pool.query<MessageRow>(BY_ID, [id])
    if (rows.length > 0) return rows
  }
  const { rows } = await pool.query<MessageRow>(BY_APP_ID, [id])
  return rows
}

async function traceOf(pool: Pool, row: MessageRow, uid: string | null): Promise<MessageTrace> {
  const { day, id, appId, ...message } = row
  const unreached = await pool.query<UnreachedTrace>(UNREACHED, [day, id, uid])
  const awaited = await pool.query<{ uid: string; total: number }>(AWAITED, [id, uid])
  return {
    ...message,
    day,
    id: digitsOf(id),
    appId: appId ?? undefined,
    deliveries: await deliveriesOf(pool, row, uid),
    unreached: unreached.rows,
    awaited: { items: awaited.rows.map((one) => one.uid), total: awaited.rows[0]?.total ?? 0 },
  }
}

interface DeliveryRow extends Nullable<Omit<DeliveryTrace, 'attempts' | 'prospect'>> {
  readonly total: number
}

interface AttemptRow extends Nullable<AttemptTrace> {
  readonly addressId: string
}

/** As Postgres has it: what is not there is null. */
type Nullable<Of> = {
  readonly [Key in keyof Of]: undefined extends Of[Key]
    ? Exclude<Of[Key], undefined> | null
    : Of[Key]
}

async function deliveriesOf(
  pool: Pool,
  { day, id }: MessageRow,
  uid: string | null,
): Promise<MessageTrace['deliveries']> {
  const { rows } = await pool.query<DeliveryRow>(DELIVERIES, [day, id, uid])
  const addresses = rows.map(({ addressId }) => addressId)
  const attempts = await pool.query<AttemptRow>(ATTEMPTS, [day, id, addresses])
  const byAddress = Map.groupBy(attempts.rows, ({ addressId }) => addressId)
  return {
    items: rows.map((row) => toDelivery(row, byAddress.get(row.addressId) ?? [])),
    total: rows[0]?.total ?? 0,
  }
}

function toDelivery(row: DeliveryRow, attempts: readonly AttemptRow[]): DeliveryTrace {
  const { total: _, ...delivery } = row
  return {
    ...delivery,
    deviceId: row.deviceId ?? undefined,
    channel: row.channel ?? undefined,
    reason: row.reason ?? undefined,
    carrierId: row.carrierId === null ? undefined : digitsOf(row.carrierId),
    providerId: row.providerId ?? undefined,
    finishedAt: row.finishedAt ?? undefined,
    deliveredAt: row.deliveredAt ?? undefined,
    openedAt: row.openedAt ?? undefined,
    undeliveredAt: row.undeliveredAt ?? undefined,
    undeliveredReason: row.undeliveredReason ?? undefined,
    attempts: attempts.map(({ addressId: __, ...attempt }) => ({
      ...attempt,
      reason: attempt.reason ?? undefined,
      retryAt: attempt.retryAt ?? undefined,
    })),
  }
}

/** As the broker writes it. */
function digitsOf(uuid: string): string {
  return uuid.replaceAll('-', '')
}
