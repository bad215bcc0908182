import type {
  CircuitStore,
  DeliveryLog,
  DeliveryMeter,
  DeliveryStore,
} from '../ports/delivery-ports.ts'
import type { Provider } from '../ports/provider.ts'
import type { SendCountStore } from '../ports/send-count-store.ts'
import type { Tracing } from '../ports/tracing.ts'
import type { DeliveryPolicy } from './delivery-policy.ts'
import type { SendLimits } from './send-limits.ts'

export interface DeliveryParts {
  readonly store: DeliveryStore
  readonly circuits: CircuitStore
  readonly counts: SendCountStore
  readonly policy: DeliveryPolicy
  readonly meter: DeliveryMeter
  readonly tracing?: Tracing | undefined
  readonly log: DeliveryLog
  readonly now: () => number
  /** From 0 to 1. */
  readonly random: () => number
}

/** A provider and how much it may send. */
export interface ServedProvider {
  readonly provider: Provider
  readonly limits: SendLimits
}
