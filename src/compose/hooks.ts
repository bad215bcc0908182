import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { createBrokerProof } from '../broker/broker-proof.ts'
import { createEventHoldings, EVENT_HOLDINGS_MAX } from '../broker/events/event-holdings.ts'
import { emqx4EventRoutes, emqx5EventRoutes } from '../broker/events/event-routes.ts'
import { emqx4Routes, emqx5Routes } from '../broker/hook-routes.ts'
import type { Config } from '../config/config.ts'
import type { HookMeter } from '../core/ports/hook-ports.ts'
import type { Doorbells } from '../core/ports/sql.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { composeTopicAccess } from './access.ts'
import { composeEvents } from './events.ts'
import { composeLogins } from './logins.ts'
import type { Pools } from './pools.ts'

export interface HookParts {
  readonly pools: Pools
  readonly bells: Doorbells
  readonly log: Logger
  readonly metrics: Metrics
  /** What counts the answers to questions. */
  readonly meter: HookMeter
}

/** A message that is stored after it all the same is known by its id when it comes again. */
const EVENT_PATIENCE_MS = 10_000

const EMQX4 = '/emqx/4'
const EMQX5 = '/emqx/5'

/** What brokers ask and report. */
export async function registerHooks(
  app: FastifyInstance,
  config: Config,
  { pools, bells, log, metrics, meter }: HookParts,
): Promise<void> {
  const { questions, general } = pools
  const proof = createBrokerProof(config.hooks)
  const logins = composeLogins(config, {
    questions,
    general,
    log,
    observeBatch: metrics.batchSizes('connect'),
  })
  const topics = composeTopicAccess(questions, config, metrics.batchSizes('topic'))
  const hooks = {
    access: { mayConnect: logins.mayConnect, mayUseTopic: topics.mayUseTopic },
    proof,
    meter,
    deadlineMs: config.hooks.deadlineMs,
  }
  const events = {
    intake: composeEvents(config, { pool: pools.events, bells, metrics }),
    proof,
    meter: metrics,
    holdings: createEventHoldings(EVENT_HOLDINGS_MAX),
  }
  await app.register(emqx5Routes, { ...hooks, prefix: EMQX5 })
  await app.register(emqx4Routes, { ...hooks, prefix: EMQX4 })
  await app.register(emqx5EventRoutes, {
    ...events,
    patienceMs: EVENT_PATIENCE_MS,
    prefix: EMQX5,
  })
  await app.register(emqx4EventRoutes, {
    ...events,
    payloadEncoding: config.events.payloadEncoding,
    now: Date.now,
    prefix: EMQX4,
  })
}
