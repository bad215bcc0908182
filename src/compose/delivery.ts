import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { renderText } from '../channels/render-text.ts'
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
import { createStubProvider } from '../providers/stub/stub-provider.ts'
import { openStubSink } from '../providers/stub/stub-sink.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** Whom addresses may name. */
export const PROVIDER_NAMES = ['stub'] as const

export interface DeliveryWork {
  /** Connections for claims and outcomes. */
  readonly pool: Pool
  readonly log: Logger
  readonly metrics: Metrics
}

/** The worker with the providers it calls. */
export async function composeDelivery(
  config: Config,
  { pool, log, metrics }: DeliveryWork,
): Promise<Delivery & { readonly drainsMax: number }> {
  const providers = await openProviders(config)
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
    async stop() {
      await delivery.stop()
      await Promise.all(providers.map((provider) => provider.close()))
    },
  }
}

async function openProviders({ delivery }: Config): Promise<readonly Provider[]> {
  const { stubFile, locale } = delivery
  const stub = createStubProvider({
    name: 'stub',
    render: (notification) =>
      renderText({ ...notification, locale: notification.locale ?? locale }),
    sink: stubFile === undefined ? undefined : await openStubSink(stubFile),
    rememberedMax: 0,
    now: Date.now,
  })
  return [stub]
}

function policyOf({ reach, delivery }: Config): DeliveryPolicy {
  return {
    recheck: reach,
    retry: { ...RETRY_POLICY, attemptsMax: delivery.attemptsMax },
    circuit: CIRCUIT_POLICY,
    work: { ...WORK_POLICY, sendsMax: delivery.concurrency },
  }
}
