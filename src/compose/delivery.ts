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
import type { Provider } from '../core/ports/provider.ts'
import { countBadges } from '../postgres/badges.ts'
import { createCircuitStore } from '../postgres/circuit-store.ts'
import { createDeliveryStore } from '../postgres/delivery-store.ts'
import type { Metrics } from '../telemetry/metrics.ts'

export interface DeliveryWork {
  /** Connections for claims and outcomes. */
  readonly pool: Pool
  readonly log: Logger
  readonly metrics: Metrics
  readonly providers: readonly Provider[]
}

/** The worker with the providers it calls. */
export function composeDelivery(
  config: Config,
  { pool, log, metrics, providers }: DeliveryWork,
): Delivery & { readonly drainsMax: number } {
  const policy = policyOf(config)
  const delivery = createDelivery({
    store: createDeliveryStore(pool, countBadges),
    circuits: createCircuitStore(pool),
    providers,
    policy,
    meter: metrics.deliveries,
    log,
    now: Date.now,
    random: Math.random,
  })
  return {
    drainsMax: providers.length * policy.work.drainsMax,
    drain: delivery.drain,
    stop: delivery.stop,
  }
}

function policyOf({ reach, delivery }: Config): DeliveryPolicy {
  return {
    recheck: reach,
    retry: { ...RETRY_POLICY, attemptsMax: delivery.attemptsMax },
    circuit: CIRCUIT_POLICY,
    work: { ...WORK_POLICY, sendsMax: delivery.concurrency },
  }
}
