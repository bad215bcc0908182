import type { Pool } from 'pg'
import type { DeliveryKey, Settlement } from '../core/delivery/claimed-delivery.ts'
import type { DeliveryStore } from '../core/ports/delivery-ports.ts'
import { claimedDelivery } from './claimed-delivery.ts'
import { claimRows } from './delivery-claim.ts'
import { settleRows } from './delivery-settle.ts'

/** Counts what users have not read; who is not in the answer has read everything. */
export type BadgeSource = (
  pool: Pool,
  uids: readonly string[],
  nowMs: number,
) => Promise<ReadonlyMap<string, number>>

/** Claims, leases and outcomes: see docs/deliveries.md. */
export function createDeliveryStore(pool: Pool, badges: BadgeSource): DeliveryStore {
  return {
    async claim(claim) {
      const rows = await claimRows(pool, claim)
      if (rows.length === 0) return []
      const uids = new Set(rows.map(({ uid }) => uid))
      const unread = await badges(pool, [...uids], claim.nowMs)
      return rows.map((row) => claimedDelivery(row, unread.get(row.uid) ?? 0))
    },

    async extend(lease, keys, untilMs) {
      const { rows } = await pool.query<DeliveryKey>({
        name: 'extend-lease',
        text: EXTEND,
        values: [lease, untilMs, days(keys), ids(keys), addresses(keys)],
      })
      return rows
    },

    async settle(lease, settlements) {
      const lost = await settleRows(pool, lease, settlements)
      await markUse(pool, settlements)
      return lost
    },
  }
}

/** Also of what was lost: somebody has sent it. What can't be written is written with the next one. */
async function markUse(pool: Pool, settlements: readonly Settlement[]): Promise<void> {
  const used = settlements.filter(({ marksUse }) => marksUse)
  const [first] = used
  if (first === undefined) return
  const ids = used.map(({ key }) => key.addressId).join(',')
  const values = [ids, new Date(first.endedAt).toISOString().slice(0, 10)]
  await pool.query({ name: 'mark-use', text: MARK_USE, values }).catch(() => {})
}

/** In the order of their ids, as everywhere. */
const MARK_USE = `
update addresses
set used_on = $2::date
where id in (
  select id from addresses
  where id = any (string_to_array($1, ',')::bigint[]) and used_on < $2::date
  order by id
  for update)`

const EXTEND = `
update deliveries d
set wake_at = to_timestamp($2 / 1000.0)
from unnest(
    string_to_array($3, ',')::date[], string_to_array($4, ',')::uuid[],
    string_to_array($5, ',')::bigint[]) q (day, message_id, address_id)
where d.day = q.day and d.message_id = q.message_id and d.address_id = q.address_id
  and d.lease = $1
returning d.day::text as day, replace(d.message_id::text, '-', '') as "messageId",
  d.address_id as "addressId"`

const days = (keys: readonly DeliveryKey[]) => keys.map(({ day }) => day).join(',')
const ids = (keys: readonly DeliveryKey[]) => keys.map(({ messageId }) => messageId).join(',')
const addresses = (keys: readonly DeliveryKey[]) => keys.map(({ addressId }) => addressId).join(',')
