import type { Pool } from 'pg'
import type { MessageTraces } from '../core/ports/message-traces.ts'
import type { MessageTrace, UnreachedTrace } from '../core/reach/message-trace.ts'
import { claimedDelivery } from './claimed-delivery.ts'
import {
  ATTEMPTS,
  type AttemptRow,
  DELIVERY_COLUMNS,
  type DeliveryRow,
  deliveryTrace,
  digitsOf,
} from './delivery-trace-rows.ts'
import { MESSAGE_COLUMNS, messagesById } from './message-by-id.ts'
import { readSendFacts } from './send-facts.ts'

const MESSAGES_MAX = 10
const DELIVERIES_MAX = 200

// There is no index for it: whoever asks can wait, and whoever writes can not.
const BY_APP_ID = `select ${MESSAGE_COLUMNS} from messages
where app_id = $1 order by sent_at desc limit ${MESSAGES_MAX}`
const BY_ID = messagesById(MESSAGE_COLUMNS, MESSAGES_MAX)

/** What is folded after what carries it. */
const DELIVERIES = `
select ${DELIVERY_COLUMNS}, count(*) over ()::int as total
from deliveries d left join addresses a on a.id = d.address_id
where d.day = $1 and d.message_id = $2 and ($3::text is null or d.user_id = $3)
order by d.user_id, d.step, d.address_id
limit ${DELIVERIES_MAX}`

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

    async findById({ id, uid }) {
      const messages = await byId(pool, id)
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
  const found = await byId(pool, id)
  if (found.length > 0) return found
  const { rows } = await pool.query<MessageRow>(BY_APP_ID, [id])
  return rows
}

async function byId(pool: Pool, id: string): Promise<readonly MessageRow[]> {
  if (!/^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return []
  const { rows } = await pool.query<MessageRow>(BY_ID, [id])
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

async function deliveriesOf(
  pool: Pool,
  { day, id }: MessageRow,
  uid: string | null,
): Promise<MessageTrace['deliveries']> {
  const { rows } = await pool.query<DeliveryRow & { readonly total: number }>(DELIVERIES, [
    day,
    id,
    uid,
  ])
  const addresses = rows.map(({ addressId }) => addressId)
  const attempts = await pool.query<AttemptRow>(ATTEMPTS, [day, id, addresses])
  const byAddress = Map.groupBy(attempts.rows, ({ addressId }) => addressId)
  return {
    items: rows.map((row) => deliveryTrace(row, byAddress.get(row.addressId) ?? [])),
    total: rows[0]?.total ?? 0,
  }
}
