import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { createDelivery, type Delivery } from '../core/delivery/deliver.ts'
import {
  CIRCUIT_POLICY,
  type DeliveryPolicy,
  RETRY_POLICY,
  WORK_POLICY,
} from '../core/delivery/delivery-policy.ts'
import type { Tracing } from '../core/ports/tracing.ts'
import { countBadges } from '../postgres/badges.ts'
import { createCircuitStore } from '../postgres/circuit-store.ts'
import { createDeliveryStore } from '../postgres/delivery-store.ts'
import { createSendCountStore } from '../postgres/send-count-store.ts'
import type { Metrics } from '../telemetry/metrics.ts'

export interface DeliveryWork {
  /** Connections for claims and outcomes. */
  readonly pool: Pool
  readonly log: Logger
  readonly metrics: Metrics
  readonly tracing?: Tracing | undefined
}

/** Drains of one provider that run at the same time in this process. */
export const DRAINS_MAX = WORK_POLICY.drainsMax

/** The worker, with nobody to call yet. */
export function composeDelivery(
  config: Config,
  { pool, log, metrics, tracing }: DeliveryWork,
): Delivery {
  return createDelivery({
    store: createDeliveryStore(pool, countBadges),
    circuits: createCircuitStore(pool),
    counts: createSendCountStore(pool),
    policy: policyOf(config),
    meter: metrics.deliveries,
    tracing,
    log,
    now: Date.now,
    random: Math.random,
  })
}

function policyOf({ reach, delivery }: Config): DeliveryPolicy {
  return {
    recheck: reach,
    retry: { ...RETRY_POLICY, attemptsMax: delivery.attemptsMax },
    circuit: CIRCUIT_POLICY,
    work: { ...WORK_POLICY, sendsMax: delivery.concurrency },
  }
}
