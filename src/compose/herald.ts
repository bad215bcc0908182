import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Config, Role } from '../config/config.ts'
import type { HookMeter } from '../core/ports/hook-ports.ts'
import { createStatTally } from '../core/stats/stat-tally.ts'
import { talliedMeters } from '../core/stats/tallied-meters.ts'
import { createApp } from '../http/app.ts'
import { operationsRoutes } from '../http/operations-routes.ts'
import type { PostgresAddress } from '../postgres/address.ts'
import { readQueueGauges } from '../postgres/delivery-gauges.ts'
import { makePartitions } from '../postgres/partitions.ts'
import { createCacheClearing } from '../postgres/session-marks.ts'
import { whyUnreachable } from '../postgres/unreachable.ts'
import { createQueue } from '../queue/queue.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { composeBrokerControl } from './broker-control.ts'
import { registerCallbacks } from './callbacks.ts'
import { registerHooks } from './hooks.ts'
import { composeLogins } from './logins.ts'
import { type OutageWatch, watchOutages } from './outage.ts'
import { openPools, type Pools } from './pools.ts'
import type { ProviderShelf } from './provider-shelf.ts'
import { startSweeping } from './rounds.ts'
import { startSessions } from './sessions.ts'
import type { Setup } from './setup.ts'
import { startCounting } from './stats.ts'
import { composeTracing } from './tracing.ts'
import { openWork } from './work.ts'

/** Herald's HTTP server with all that stands behind it, not yet listening. */
export interface Herald {
  readonly app: FastifyInstance
  /** Takes the providers' file and its secrets as they are now. Does not throw. */
  reload(): Promise<void>
  /** Answers what has been asked, then closes; the database server is not Herald's to stop. */
  close(): Promise<void>
}

const NEED_PROVIDERS: readonly Role[] = ['worker', 'callbacks', 'api']

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
  const tally = createStatTally(Date.now)
  const metrics = talliedMeters(createMetrics(), tally)
  const tracing = await composeTracing(config, log)
  const pools = openPools(config, address, log, metrics)
  const observeBatch = metrics.batchSizes('connect')
  const counting = startCounting(pools.general, tally, log)
  const queue = createQueue({
    connection: address,
    log,
    roles: config.roles,
    connectionsMax: QUEUE_CONNECTIONS,
  })
  const app = createApp(log)
  let shelf: ProviderShelf | undefined
  // All at once: a slow call to a provider keeps no broker from turning to another replica.
  const stops: (() => Promise<unknown>)[] = [() => app.close()]
  const close = async () => {
    await Promise.all(stops.map((stop) => stop()))
    await queue.stop(QUEUE_STOP_MS)
    await counting.stop()
    await Promise.all([pools.close(), tracing?.close()])
  }
  try {
    await queue.start()
    // Whoever is the first to store something: rows of a day in the default partition would stay there.
    await makePartitions(pools.general, Date.now(), log)
    // One for brokers and apps: a guess is a guess, whoever is asked.
    const logins = composeLogins(config, { ...pools, log, observeBatch })
    const parts = { pools, bells: queue, logins, log, metrics, tracing }
    if (config.roles.includes('hooks')) {
      const outages = outageMeter(config, pools, log, metrics)
      stops.push(async () => outages.stop())
      await registerHooks(app, config, { ...parts, meter: outages.meter })
    }
    const control = config.roles.includes('broker') ? composeBrokerControl(config, log) : undefined
    if (control !== undefined) {
      const sessions = startSessions(config, { ...parts, address, control })
      stops.push(() => sessions.stop())
    }
    if (config.roles.includes('sweeper')) {
      const sweeping = startSweeping(config, {
        ...parts,
        pool: pools.general,
        background: pools.background,
      })
      stops.push(() => sweeping.stop())
    }
    if (NEED_PROVIDERS.some((role) => config.roles.includes(role))) {
      const work = await openWork(setup, { ...parts, queue })
      shelf = work.shelf
      stops.push(() => work.stop())
      if (config.roles.includes('callbacks')) {
        await registerCallbacks(app, config, { ...parts, shelf: work.shelf })
      }
      if (config.roles.includes('api')) {
        const { templates } = setup
        const { registerApi } = await import('./api.ts')
        await registerApi(app, config, { ...parts, shelf: work.shelf, templates })
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
  { general }: Pools,
  log: Logger,
  meter: HookMeter,
): OutageWatch {
  if (brokerApi === undefined) return { meter, stop() {} }
  return watchOutages(meter, createCacheClearing(general), log)
}
