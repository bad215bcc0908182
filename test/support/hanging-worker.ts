import { createDelivery } from '../../src/core/delivery/deliver.ts'
import { NO_LIMITS } from '../../src/core/delivery/send-limits.ts'
import { createCircuitStore } from '../../src/postgres/circuit-store.ts'
import { createDeliveryStore } from '../../src/postgres/delivery-store.ts'
import { createPool } from '../../src/postgres/pool.ts'
import { createSendCountStore } from '../../src/postgres/send-count-store.ts'
import { aProvider } from './a-provider.ts'
import { POLICY } from './delivery-policy.ts'

/**
 * A process of its own, for a test to kill: claims what is due, accepts half of it, and then hangs.
 * Arguments: the address as JSON, and what time it is.
 */
const [address = '', time = ''] = process.argv.slice(2)
const quiet = { info() {}, warn() {}, error() {} }
const pool = createPool(JSON.parse(address), { name: 'hanging worker', max: 2 }, quiet)
let calls = 0

const worker = createDelivery({
  store: createDeliveryStore(pool, async () => new Map()),
  circuits: createCircuitStore(pool),
  counts: createSendCountStore(pool),
  // Outcomes are written long after the test has killed it.
  policy: { ...POLICY, work: { ...POLICY.work, flushMs: 60_000, sendTimeoutMs: 15_000 } },
  meter: { settled() {}, called() {}, accepted() {} },
  log: quiet,
  now: () => Number(time),
  random: Math.random,
})
const provider = aProvider(async ({ address: { id } }) => {
  process.stdout.write(`${id}\n`)
  if (++calls % 2 === 1) return { kind: 'accepted', providerId: 'killed' }
  return await new Promise(() => {})
})
await worker.serve([{ provider, limits: NO_LIMITS }])
await worker.drain('stub')
