import type { DeliveryMeter } from '../ports/delivery-ports.ts'
import type { EventMeter } from '../ports/event-ports.ts'
import type { StatTally } from './stat-tally.ts'

interface Meters extends EventMeter {
  readonly deliveries: DeliveryMeter
}

/** The same meters, which tell the tally too. */
export function talliedMeters<Of extends Meters>(meters: Of, tally: StatTally): Of {
  const { deliveries } = meters
  return {
    ...meters,
    counted(dialect, event, result, count = 1) {
      meters.counted(dialect, event, result, count)
      if (event === 'published' && result === 'stored') tally.count('messages', '', '', count)
    },
    deliveries: {
      ...deliveries,
      settled(provider, outcome, count = 1) {
        deliveries.settled(provider, outcome, count)
        tally.count('deliveries', provider, outcome, count)
      },
    },
  }
}
