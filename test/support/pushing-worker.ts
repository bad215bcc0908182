import { createDelivery } from '../../src/core/delivery/deliver.ts'
import { NO_LIMITS } from '../../src/core/delivery/send-limits.ts'
import { createCircuitStore } from '../../src/postgres/circuit-store.ts'
import { createDeliveryStore } from '../../src/postgres/delivery-store.ts'
import { createPool } from '../../src/postgres/pool.ts'
import { createSendCountStore } from '../../src/postgres/send-count-store.ts'
import { openApns } from './apns-world.ts'
import { POLICY } from './delivery-policy.ts'

/**
 * A process of its own, for a test to kill: sends what is due to a peer of APNs on loopback, as a worker of
 * Herald does. Arguments: the address of the database as JSON, what time it is, and the peer's port.
 */
const [address = '', time = '', port = ''] = process.argv.slice(2)
const quiet = { info() {}, warn() {}, error() {} }
const pool = createPool(JSON.parse(address), { name: 'pushing worker', max: 3 }, quiet)
const now = () => Number(time)

const worker = createDelivery({
  store: createDeliveryStore(pool, async () => new Map()),
  circuits: createCircuitStore(pool),
  counts: createSendCountStore(pool),
  policy: { ...POLICY, work: { ...POLICY.work, claimMax: 50, sendsMax: 10, flushMs: 5 } },
  meter: { settled() {}, called() {}, accepted() {} },
  log: quiet,
  now,
  random: Math.random,
})
const [provider] = await openApns(`https://localhost:${port}`, { now })
if (provider === undefined) throw new Error('no provider')
await worker.serve([{ provider, limits: NO_LIMITS }])
await worker.drain('apns')
