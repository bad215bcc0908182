import { setTimeout as pause } from 'node:timers/promises'
import type { SocketAddress } from '../../src/postgres/address.ts'
import { createPool } from '../../src/postgres/pool.ts'

export interface LedgerEntry {
  readonly messageId: string
  readonly addressId: string
  /** Of the address. */
  readonly token: string
  readonly state: string
  readonly attempt: number
  /** Folded into a delivery that was sent. */
  readonly isCarried: boolean
}

/** Reads what has become of deliveries, past Herald. */
export interface DeliveryLedger {
  /** Resolves when a worker holds some delivery. */
  underWay(): Promise<void>
  /** Resolves when no delivery waits or is under way. */
  settled(): Promise<void>
  deliveriesOf(messageIds: readonly string[]): Promise<readonly LedgerEntry[]>
  close(): Promise<void>
}

const LOOK_AGAIN_MS = 50

export function openDeliveryLedger(address: SocketAddress): DeliveryLedger {
  // Its connections may be cut: the server belongs to the test.
  const pool = createPool(address, { name: 'ledger', max: 1 }, { info() {}, warn() {} })

  async function isAny(states: readonly string[]): Promise<boolean> {
    const open = 'select from deliveries where state = any($1) limit 1'
    return (await pool.query(open, [states])).rows.length > 0
  }

  return {
    async underWay() {
      while (!(await isAny(['claimed'])));
    },
    async settled() {
      while (await isAny(['queued', 'claimed'])) await pause(LOOK_AGAIN_MS)
    },
    async deliveriesOf(messageIds) {
      const { rows } = await pool.query<LedgerEntry>(DELIVERIES, [messageIds])
      return rows
    },
    close: () => pool.end(),
  }
}

const DELIVERIES = `
  select d.message_id as "messageId", d.address_id as "addressId", a.token, d.state, d.attempt,
    d.state = 'folded' and c.state = 'sent' as "isCarried"
  from deliveries d
  join addresses a on a.id = d.address_id
  left join deliveries c
    on c.day = d.carrier_day and c.message_id = d.carrier_id and c.address_id = d.address_id
  where d.message_id = any($1::uuid[])`
