import type { DeliveryKey } from '../core/delivery/claimed-delivery.ts'
import type { DeadDeliveryStore, FoundDelivery } from '../core/ports/dead-deliveries.ts'
import { DISCARD, deadDeliveries, REDRIVE } from './dead-delivery-sql.ts'
import {
  ATTEMPTS,
  type AttemptRow,
  DELIVERY_COLUMNS,
  type DeliveryRow,
  deliveryTrace,
  digitsOf,
} from './delivery-trace-rows.ts'
import type { RunSql } from './run-sql.ts'

const COLUMNS = `${DELIVERY_COLUMNS}, d.day::text as day, d.message_id as "messageId"`

const WITH_ADDRESS = 'left join addresses a on a.id = d.address_id'

const FIND = `
select ${COLUMNS} from deliveries d ${WITH_ADDRESS}
where d.day = $1 and d.message_id = $2 and d.address_id = $3`

/** Search on a pool, and whatever else there is on a transaction. */
export function createDeadDeliveryStore(run: RunSql): DeadDeliveryStore {
  async function find(sql: string, key: DeliveryKey): Promise<FoundDelivery | undefined> {
    const { day, messageId, addressId } = key
    const [row] = await run<Row>(sql, [day, messageId, addressId])
    if (row === undefined) return undefined
    return found(row, await run<AttemptRow>(ATTEMPTS, [day, messageId, [addressId]]))
  }

  return {
    async list(filter, slice) {
      const { text, values } = deadDeliveries(filter, slice)
      const sql = `select ${COLUMNS} from (${text}) d ${WITH_ADDRESS}
        order by d.day desc, d.message_id desc, d.address_id desc`
      return (await run<Row>(sql, values)).map((row) => found(row, []))
    },
    find: (key) => find(FIND, key),
    lock: (key) => find(`${FIND} for update of d`, key),
    redrive: (keys, expiresAt, nowMs) => mend(run, REDRIVE, keys, [expiresAt, nowMs]),
    discard: (keys) => mend(run, DISCARD, keys, []),
  }
}

type Row = DeliveryRow & DeliveryKey

function found(row: Row, attempts: readonly AttemptRow[]): FoundDelivery {
  const { day, messageId } = row
  return { ...deliveryTrace(row, attempts), day, messageId: digitsOf(messageId) }
}

/** In the order of their keys, as everywhere. */
async function mend(
  run: RunSql,
  sql: string,
  keys: readonly DeliveryKey[],
  more: readonly unknown[],
): Promise<number> {
  const sorted = keys.toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1))
  const column = (name: keyof DeliveryKey) => sorted.map((key) => key[name]).join(',')
  const lists = [column('day'), column('messageId'), column('addressId')]
  const [row] = await run<{ mended: number }>(sql, [...lists, ...more])
  return row?.mended ?? 0
}

function textOf({ day, messageId, addressId }: DeliveryKey): string {
  return `${day} ${messageId} ${addressId.padStart(19, '0')}`
}
