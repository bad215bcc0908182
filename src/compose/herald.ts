import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { createApp } from '../http/app.ts'
import { operationsRoutes } from '../http/operations-routes.ts'
import type { PostgresAddress } from '../postgres/address.ts'
import { readQueueGauges } from '../postgres/delivery-gauges.ts'
import { makePartitions } from '../postgres/partitions.ts'
import { createCacheClearing } from '../postgres/session-marks.ts'
import { whyUnreachable } from '../postgres/unreachable.ts'
import { createQueue } from '../queue/queue.ts'
import { createMetrics, type Metrics } from '../telemetry/metrics.ts'
import { composeBrokerControl } from './broker-control.ts'
import { registerCallbacks } from './callbacks.ts'
import { registerHooks } from './hooks.ts'
import { type OutageWatch, watchOutages } from './outage.ts'
import { openPools, type Pools } from './pools.ts'
import type { ProviderShelf } from './provider-shelf.ts'
import { startSweeping } from './rounds.ts'
import { startSessions } from './sessions.ts'
import type { Setup } from './setup.ts'
import { openWork } from './work.ts'

/** Herald's HTTP server with all that stands behind it, not yet listening. */
export interface Herald {
  readonly app: FastifyInstance
  /** Takes the providers' file and its secrets as they are now. Does not throw. */
  reload(): Promise<void>
  /** Answers what has been asked, then closes; the database server is not Herald's to stop. */
  close(): Promise<void>
}

/** Connections of the queue, beside the one that listens. */
const QUEUE_CONNECTIONS = 2

/** How long a stop waits for jobs, whose work has ended by then. */
const QUEUE_STOP_MS = 2_000

export async function createHerald(
  setup: Setup,
  address: PostgresAddress,
  log: Logger,
): Promise<Herald> {
  const { config } = setup
  const metrics = createMetrics()
  const pools = openPools(config, address, log, metrics)
  const queue = createQueue({ connection: address, log, connectionsMax: QUEUE_CONNECTIONS })
  const app = createApp(log)
  let shelf: ProviderShelf | undefined
  // All at once: a slow call to a provider keeps no broker from turning to another replica.
  const stops: (() => Promise<unknown>)[] = [() => app.close()]
  const close = async () => {
    await Promise.all(stops.map((stop) => stop()))
    await queue.stop(QUEUE_STOP_MS)
    await pools.close()
  }
  try {
    await queue.start()
    // Whoever is the first to store something: rows of a day in the default partition would stay there.
    await makePartitions(pools.general, Date.now(), log)
    const parts = { pools, bells: queue, log, metrics }
    if (config.roles.includes('hooks')) {
      const outages = outageMeter(config, parts)
      stops.push(async () => outages.stop())
      await registerHooks(app, config, { ...parts, meter: outages.meter })
    }
    const control = config.roles.includes('broker') ? composeBrokerControl(config, log) : undefined
    if (control !== undefined) {
      const sessions = startSessions(config, { ...parts, address, control })
      stops.push(() => sessions.stop())
    }
    if (config.roles.includes('sweeper')) {
      const sweeping = startSweeping(config, { ...parts, pool: pools.general })
      stops.push(() => sweeping.stop())
    }
    if (config.roles.includes('worker') || config.roles.includes('callbacks')) {
      const work = await openWork(setup, { ...parts, queue })
      shelf = work.shelf
      stops.push(() => work.stop())
      if (config.roles.includes('callbacks')) {
        await registerCallbacks(app, config, { ...parts, shelf: work.shelf })
      }
    }
    metrics.deliveries.watchQueue(() => readQueueGauges(pools.general, Date.now()))
    await app.register(operationsRoutes, {
      checks: [{ name: 'postgres', missing: () => whyUnreachable(pools.questions) }],
      expose: metrics.expose,
    })
    return { app, close, reload: async () => await shelf?.reload() }
  } catch (error) {
    await close()
    throw error
  }
}

/** Where Herald may not act on the broker, nothing can be cleared. */
function outageMeter(
  { brokerApi }: Config,
  {
    pools,
    log,
    metrics,
  }: { readonly pools: Pools; readonly log: Logger; readonly metrics: Metrics },
): OutageWatch {
  if (brokerApi === undefined) return { meter: metrics, stop() {} }
  return watchOutages(metrics, createCacheClearing(pools.general), log)
}
