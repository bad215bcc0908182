import type { Pool } from 'pg'
import type { Config } from '../config/config.ts'
import type { PostgresAddress } from '../postgres/address.ts'
import { createPool, KEPT_PLANS, PLANNED_ONCE, type PoolOptions } from '../postgres/pool.ts'
import type { PostgresLog } from '../postgres/postgres-log.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** Connections by what they are for, so that nothing holds up what is more urgent. */
export interface Pools {
  /** For a broker's questions: two batches of each kind. */
  readonly questions: Pool
  /** For a broker's events: two transactions, and one for what is rejected. */
  readonly events: Pool
  /** For claims and outcomes. */
  readonly delivery: Pool
  /** For the REST API, which may wait longer than a broker. */
  readonly api: Pool
  /** For imports and exports. */
  readonly bulk: Pool
  /** For sessions at the broker: claims and outcomes, and a sweep. */
  readonly sessions: Pool
  readonly general: Pool
  /** For whoever reads whole partitions; nobody waits for it. */
  readonly background: Pool
  close(): Promise<void>
}

const QUESTION_CONNECTIONS = 4
const EVENT_CONNECTIONS = 3
const DELIVERY_CONNECTIONS = 4
const API_CONNECTIONS = 8
const BULK_CONNECTIONS = 3
const SESSION_CONNECTIONS = 5

/** A message to a large group takes seconds, and none of it may be lost for want of patience. */
const PATIENT_MS = 60_000
/** A day's messages are read from the beginning to the end. */
const BACKGROUND_MS = 600_000

export function openPools(
  config: Config,
  address: PostgresAddress,
  log: PostgresLog,
  metrics: Metrics,
): Pools {
  const { deadlineMs } = config.hooks
  // An answer after the deadline is of no use, so nothing waits for Postgres any longer than that.
  const urgent = { statementMs: deadlineMs, queryMs: deadlineMs, connectMs: deadlineMs }
  const patient = { statementMs: PATIENT_MS, queryMs: PATIENT_MS, connectMs: deadlineMs }
  const open = (name: string, options: PoolOptions): Pool => {
    const pool = createPool(address, options, log)
    metrics.watchPool(name, pool)
    return pool
  }
  const pools = {
    questions: open('questions', {
      name: 'herald-questions',
      max: QUESTION_CONNECTIONS,
      settings: KEPT_PLANS,
      ...urgent,
    }),
    events: open('events', {
      name: 'herald-events',
      max: EVENT_CONNECTIONS,
      settings: PLANNED_ONCE,
      ...patient,
    }),
    delivery: open('delivery', {
      name: 'herald-delivery',
      max: DELIVERY_CONNECTIONS,
      settings: KEPT_PLANS,
      ...patient,
    }),
    api: open('api', { name: 'herald-api', max: API_CONNECTIONS, ...patient }),
    bulk: open('bulk', { name: 'herald-bulk', max: BULK_CONNECTIONS, ...patient }),
    sessions: open('sessions', {
      name: 'herald-sessions',
      max: SESSION_CONNECTIONS,
      ...patient,
    }),
    general: open('general', { name: 'herald', max: config.pool.max, ...urgent }),
    background: open('background', {
      name: 'herald-background',
      max: 1,
      statementMs: BACKGROUND_MS,
      queryMs: BACKGROUND_MS,
      connectMs: deadlineMs,
    }),
  }
  return {
    ...pools,
    async close() {
      await Promise.all(Object.values(pools).map((pool) => pool.end()))
    },
  }
}
