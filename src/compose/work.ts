import type { Logger } from 'pino'
import type { ServedProvider } from '../core/delivery/delivery-parts.ts'
import type { Tracing } from '../core/ports/tracing.ts'
import type { Queue } from '../queue/queue.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { composeDelivery, DRAINS_MAX } from './delivery.ts'
import type { Pools } from './pools.ts'
import { openShelf, type ProviderShelf } from './provider-shelf.ts'
import { providerParts } from './providers.ts'
import type { Setup } from './setup.ts'

export interface WorkParts {
  readonly pools: Pools
  readonly queue: Queue
  readonly log: Logger
  readonly metrics: Metrics
  readonly tracing?: Tracing | undefined
}

/** The providers, and the worker that calls them where this process is one. */
export interface Work {
  readonly shelf: ProviderShelf
  stop(): Promise<void>
}

export async function openWork(setup: Setup, workParts: WorkParts): Promise<Work> {
  const { config, entries, reread, templates } = setup
  const { pools, queue, log, metrics, tracing } = workParts
  const parts = providerParts(config, templates, log)
  if (!config.roles.includes('worker')) {
    const shelf = await openShelf({ entries, reread, parts, log, serve: async () => {} })
    return { shelf, stop: shelf.close }
  }
  const delivery = composeDelivery(config, { pool: pools.delivery, log, metrics, tracing })
  let listening = 0

  async function serve(providers: readonly ServedProvider[]): Promise<void> {
    const served = delivery.serve(providers)
    const wanted = providers.length * DRAINS_MAX
    // Of providers that are gone nobody rings, so that what listens for them is in nobody's way.
    if (wanted > listening) await queue.work(delivery.drain, wanted - listening)
    listening = Math.max(listening, wanted)
    await served
  }

  const shelf = await openShelf({ entries, reread, parts, log, serve })
  return {
    shelf,
    async stop() {
      await delivery.stop()
      await shelf.close()
    },
  }
}
