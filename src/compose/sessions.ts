import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { BROKER_CIRCUIT } from '../core/broker/guarded-control.ts'
import { createProviderWatch } from '../core/delivery/provider-watch.ts'
import { startRounds } from '../core/delivery/rounds.ts'
import type { BrokerControl } from '../core/ports/broker-control.ts'
import type { CacheClearing } from '../core/ports/session-ports.ts'
import type { Doorbells } from '../core/ports/sql.ts'
import { createRepair, type Repair } from '../core/repair/repair.ts'
import { countCalls } from '../core/subscriptions/counted-control.ts'
import { BROKER, SESSION_POLICY } from '../core/subscriptions/session-policy.ts'
import { createSessionWorker, type SessionWorker } from '../core/subscriptions/session-worker.ts'
import type { PostgresAddress } from '../postgres/address.ts'
import { listenTo } from '../postgres/bell-listener.ts'
import { createCircuitStore } from '../postgres/circuit-store.ts'
import { createNodeWatch } from '../postgres/node-watch.ts'
import { createCacheClearing, SESSIONS_BELL } from '../postgres/session-marks.ts'
import { createSessionStore } from '../postgres/session-store.ts'
import { createSweepStore } from '../postgres/sweep-store.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { composeTopicAccess } from './access.ts'
import { composeEventStore, composeLosses } from './events.ts'
import type { Pools } from './pools.ts'

export interface SessionParts {
  readonly address: PostgresAddress
  readonly pools: Pools
  readonly bells: Doorbells
  readonly control: BrokerControl
  readonly log: Logger
  readonly metrics: Metrics
}

export type RepairParts = Omit<SessionParts, 'address' | 'pools'> & { readonly pool: Pool }

/** Whoever keeps sessions at the broker as they have to be. */
export interface Sessions {
  stop(): Promise<void>
}

const ROUND_MS = 1_000
const NODES_MS = 10_000
/** Events of the last minute may not have been heard yet. */
const SETTLE_MS = 60_000

export function startSessions(config: Config, parts: SessionParts): Sessions {
  const { address, pools, log, metrics } = parts
  const pool = pools.sessions
  const counted = { ...parts, control: countCalls(parts.control, metrics.sessions.called) }
  const caches = createCacheClearing(pool)
  const repair = composeRepair(config, { ...counted, pool }, SETTLE_MS)
  const sweep = () => repair.sweep().catch((err) => log.warn({ err }, 'sweep failed'))
  const worker = composeWorker(config, counted, caches, () => void sweep())
  const listener = listenTo(SESSIONS_BELL, worker.ring, address, log)
  const rounds = [
    startRounds('sessions', ROUND_MS, createRound(caches, worker), log),
    startRounds('nodes', NODES_MS, repair.watchNodes, log),
    startRounds('broker sweep', config.sessions.sweepMs, repair.sweep, log),
  ]
  metrics.sessions.watchSessions(createSessionStore(pools.general).gauge)
  return {
    async stop() {
      await Promise.all([listener.close(), ...rounds.map((round) => round.stop())])
      await Promise.all([worker.stop(), repair.stop()])
      await parts.control.close()
    },
  }
}

/**
 * While Postgres was away the broker was told no, and remembers it; the same where nobody was there to
 * be asked, before this process was started.
 */
function createRound(caches: CacheClearing, worker: SessionWorker): () => Promise<void> {
  let wasAway = true
  return async () => {
    if (wasAway) await caches.want()
    wasAway = true
    await caches.reach()
    wasAway = false
    worker.ring()
  }
}

function composeWorker(
  config: Config,
  { pools, control, log }: SessionParts,
  caches: CacheClearing,
  onBack: () => void,
): SessionWorker {
  const pool = pools.sessions
  const topics = composeTopicAccess(pool, config)
  const watch = createProviderWatch(BROKER, {
    circuits: createCircuitStore(pool),
    policy: BROKER_CIRCUIT,
    log,
    now: Date.now,
  })
  const { autoSubscribe } = config.sessions
  return createSessionWorker({
    store: createSessionStore(pool),
    caches,
    watch,
    control,
    policy: { groupSubscription: config.access.groupSubscription, autoSubscribe },
    work: { ...SESSION_POLICY, lanes: config.brokerApi?.concurrency ?? 1 },
    async maySubscribe(uid, clientId, topic) {
      const question = { uid, clientId, topic, action: 'subscribe', retain: undefined } as const
      const { kind } = await topics.mayUseTopic(question)
      // It is no answer that Postgres is away, and none of ours what others decide.
      if (kind === 'unavailable') throw new Error('rights can not be asked for')
      return kind !== 'deny'
    },
    onBack,
    log,
    now: Date.now,
  })
}

/** `settleMs`: who connected so short a time ago is not yet missed where the broker does not list them. */
export function composeRepair(config: Config, parts: RepairParts, settleMs: number): Repair {
  const { pool, bells, control, log, metrics } = parts
  const store = composeEventStore(config, { pool, bells, metrics })
  return createRepair({
    control,
    sweeps: createSweepStore(pool),
    nodes: createNodeWatch(pool, composeLosses(config, bells)),
    mend: store.store,
    meter: metrics.sessions,
    log,
    now: Date.now,
    settleMs,
  })
}
