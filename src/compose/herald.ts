import type { FastifyInstance } from 'fastify'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { createBrokerProof } from '../broker/broker-proof.ts'
import { emqx4Routes, emqx5Routes } from '../broker/hook-routes.ts'
import type { Config } from '../config/config.ts'
import { createApp } from '../http/app.ts'
import { operationsRoutes } from '../http/operations-routes.ts'
import type { PostgresAddress } from '../postgres/address.ts'
import { createPool, KEPT_PLANS } from '../postgres/pool.ts'
import { whyUnreachable } from '../postgres/unreachable.ts'
import { createMetrics, type Metrics } from '../telemetry/metrics.ts'
import { composeTopicAccess } from './access.ts'
import { composeLogins } from './logins.ts'

/** Herald's HTTP server with all that stands behind it, not yet listening. */
export interface Herald {
  readonly app: FastifyInstance
  /** Answers what has been asked, then closes; the database server is not Herald's to stop. */
  close(): Promise<void>
}

/** Connections for the broker's questions, which nothing else may hold up: two batches of each kind. */
const QUESTION_CONNECTIONS = 4

export async function createHerald(
  config: Config,
  address: PostgresAddress,
  log: Logger,
): Promise<Herald> {
  const metrics = createMetrics()
  const { deadlineMs } = config.hooks
  // An answer after the deadline is of no use, so nothing waits for Postgres any longer than that.
  const limits = { statementMs: deadlineMs, queryMs: deadlineMs, connectMs: deadlineMs }
  const questions = createPool(
    address,
    { name: 'herald-questions', max: QUESTION_CONNECTIONS, settings: KEPT_PLANS, ...limits },
    log,
  )
  const general = createPool(address, { name: 'herald', max: config.pool.max, ...limits }, log)
  metrics.watchPool('questions', questions)
  metrics.watchPool('general', general)
  const app = await assemble(config, { questions, general, log, metrics })
  return {
    app,
    async close() {
      await app.close()
      await Promise.all([questions.end(), general.end()])
    },
  }
}

interface Parts {
  readonly questions: Pool
  readonly general: Pool
  readonly log: Logger
  readonly metrics: Metrics
}

async function assemble(config: Config, parts: Parts): Promise<FastifyInstance> {
  const { questions, general, log, metrics } = parts
  const app = createApp(log)
  const logins = composeLogins(config, {
    questions,
    general,
    log,
    observeBatch: metrics.batchSizes('connect'),
  })
  const topics = composeTopicAccess(questions, config, metrics.batchSizes('topic'))
  const hooks = {
    access: { mayConnect: logins.mayConnect, mayUseTopic: topics.mayUseTopic },
    proof: createBrokerProof(config.hooks),
    meter: metrics,
    deadlineMs: config.hooks.deadlineMs,
  }
  await app.register(emqx5Routes, { ...hooks, prefix: '/emqx/5' })
  await app.register(emqx4Routes, { ...hooks, prefix: '/emqx/4' })
  await app.register(operationsRoutes, {
    checks: [{ name: 'postgres', missing: () => whyUnreachable(questions) }],
    expose: metrics.expose,
  })
  return app
}
