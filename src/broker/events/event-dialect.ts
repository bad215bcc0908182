import type { BrokerEvent, BrokerGeneration } from '../../core/events/broker-event.ts'
import type { EventLabel } from '../../core/ports/event-ports.ts'
import type { EventRow } from './event-row.ts'

/** What a broker's report turned out to be. */
export type EventReading =
  | { readonly kind: 'event'; readonly event: BrokerEvent }
  /** Understood, and about nobody's chat. */
  | { readonly kind: 'ignored' }
  /** Of a kind that Herald has no use for. */
  | { readonly kind: 'unknown' }

/** How one generation of EMQX reports events, and what makes it try again. */
export interface EventDialect {
  readonly name: BrokerGeneration
  /** Throws `UnreadableEvent` where the row can't be understood. */
  read(row: EventRow): EventReading
  /** What the event is, or would be, could it be read. */
  labelOf(row: EventRow): EventLabel
  /** What is said to a broker whose events can't be stored now. */
  readonly busy: {
    readonly status: 429 | 503
    /** `refused`: it tries again by itself. `lost`: it does not, so Herald holds on and tries itself. */
    readonly result: 'refused' | 'lost'
  }
}
