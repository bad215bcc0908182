import type {
  CircuitStore,
  DeliveryLog,
  DeliveryMeter,
  DeliveryStore,
} from '../ports/delivery-ports.ts'
import type { Provider } from '../ports/provider.ts'
import type { DeliveryPolicy } from './delivery-policy.ts'

export interface DeliveryParts {
  readonly store: DeliveryStore
  readonly circuits: CircuitStore
  readonly providers: readonly Provider[]
  readonly policy: DeliveryPolicy
  readonly meter: DeliveryMeter
  readonly log: DeliveryLog
  readonly now: () => number
  /** From 0 to 1. */
  readonly random: () => number
}
