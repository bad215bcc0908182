import { setTimeout as delay } from 'node:timers/promises'
import type { Settlement } from './claimed-delivery.ts'
import type { DeliveryParts } from './delivery-parts.ts'
import type { Lease } from './lease.ts'
import type { Settled } from './settlement.ts'

/** So often a write is tried while Postgres is away; the waits double. */
const TRIES_MAX = 7
const FIRST_WAIT_MS = 200

/**
 * Writes what has become of deliveries. If Postgres stays away for longer than the lease, others send
 * them again; until then it is tried, because of what was sent nobody else knows.
 */
export async function writeSettled(
  { store, log, meter }: DeliveryParts,
  provider: string,
  lease: Lease,
  batch: readonly Settled[],
): Promise<void> {
  const settlements = batch.map(({ settlement }) => settlement)
  const lost = new Set(await settlePatiently(() => store.settle(lease.token, settlements)))
  for (const { settlement, counted } of batch) {
    lease.drop(settlement.key)
    meter.settled(provider, lost.has(settlement) ? 'lost' : counted)
  }
  if (lost.size > 0) log.warn({ provider, deliveries: lost.size }, 'outcomes were not written')

  async function settlePatiently(
    write: () => Promise<readonly Settlement[]>,
  ): Promise<readonly Settlement[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await write()
      } catch (err) {
        log.warn(
          { err, provider, deliveries: batch.length, attempt },
          'outcomes could not be written',
        )
        if (attempt === TRIES_MAX) return settlements
        await delay(FIRST_WAIT_MS * 2 ** (attempt - 1))
      }
    }
  }
}
