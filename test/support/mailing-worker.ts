import { createDelivery } from '../../src/core/delivery/deliver.ts'
import { NO_LIMITS } from '../../src/core/delivery/send-limits.ts'
import { createCircuitStore } from '../../src/postgres/circuit-store.ts'
import { createDeliveryStore } from '../../src/postgres/delivery-store.ts'
import { createPool } from '../../src/postgres/pool.ts'
import { createSendCountStore } from '../../src/postgres/send-count-store.ts'
import { POLICY } from './delivery-policy.ts'
import { openEmail } from './email-world.ts'

/**
 * A process of its own, for a test to kill: sends the mails that are due to a server on loopback, and
 * does not write for a minute what became of them. Arguments: the address of the database as JSON, what
 * time it is, and the server's port.
 */
const [address = '', time = '', port = ''] = process.argv.slice(2)
const quiet = { info() {}, warn() {}, error() {} }
const pool = createPool(JSON.parse(address), { name: 'mailing worker', max: 2 }, quiet)

const worker = createDelivery({
  store: createDeliveryStore(pool, async () => new Map()),
  circuits: createCircuitStore(pool),
  counts: createSendCountStore(pool),
  policy: { ...POLICY, work: { ...POLICY.work, flushMs: 60_000, sendTimeoutMs: 15_000 } },
  meter: { settled() {}, called() {}, accepted() {} },
  log: quiet,
  now: () => Number(time),
  random: Math.random,
})
await worker.serve([{ provider: await openEmail({ port: Number(port) }), limits: NO_LIMITS }])
await worker.drain('email')
