import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { createCallbackDesk } from '../core/delivery/take-callback.ts'
import { callbackRoutes } from '../http/callback-routes.ts'
import { createReceiptStore } from '../postgres/receipt-store.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Pools } from './pools.ts'
import type { ProviderShelf } from './provider-shelf.ts'

export interface CallbackParts {
  readonly pools: Pools
  readonly shelf: ProviderShelf
  readonly log: Logger
  readonly metrics: Metrics
}

/** Together they hold 4 MB of bodies at most. */
const CALLS_MAX = 64
const PATIENCE_MS = 10_000

/** What providers call us with. */
export async function registerCallbacks(
  app: FastifyInstance,
  { providers }: Config,
  { pools, shelf, log, metrics }: CallbackParts,
): Promise<void> {
  const desk = createCallbackDesk({
    find(name) {
      const found = shelf.find(name)
      return found && { ...found.entry, callbacks: found.provider.callbacks }
    },
    store: createReceiptStore(pools.general),
    log,
  })
  await app.register(callbackRoutes, {
    prefix: '/callbacks',
    desk,
    meter: metrics.callbacks,
    publicUrl: providers.publicUrl,
    callsMax: CALLS_MAX,
    patienceMs: PATIENCE_MS,
    now: Date.now,
  })
}
