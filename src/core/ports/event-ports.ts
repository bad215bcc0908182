import type { BrokerEvent } from '../events/broker-event.ts'

/** An event that could not be understood or stored. */
export interface RejectedEvent {
  readonly dialect: string
  /** A sentence, or a closed word. */
  readonly reason: string
  /** As it came; what is over 4 KiB is cut off. */
  readonly bytes: Uint8Array
}

/** Where events become durable. */
export interface EventStore {
  /**
   * Stores all events in one transaction, with everything that follows from them. Throws
   * `PoisonedBatch` where the events themselves are at fault, anything else where Postgres is.
   */
  store(events: readonly BrokerEvent[]): Promise<void>
  reject(events: readonly RejectedEvent[]): Promise<void>
}

/** Postgres could not take a batch because of what is in it. */
export class PoisonedBatch extends Error {
  constructor(cause: unknown) {
    super('an event of the batch can not be stored', { cause })
    this.name = 'PoisonedBatch'
  }
}

/** What an event was, as far as it could be read. */
export type EventLabel = BrokerEvent['kind'] | 'other' | 'unread'

/**
 * What became of an event. `ignored`: understood, and about nobody's chat. `unknown`: of a kind that
 * Herald has no use for. `refused`: the broker was told to try again. `lost`: the broker won't. `unproven`:
 * whoever reported it is not known to be the broker.
 */
export type EventResult =
  | 'stored'
  | 'rejected'
  | 'ignored'
  | 'unknown'
  | 'refused'
  | 'lost'
  | 'unproven'

/** What is counted of events. */
export interface EventMeter {
  counted(dialect: string, event: EventLabel, result: EventResult, count?: number): void
  /** A transaction with so many events was committed. */
  batchStored(events: number, durationMs: number): void
}
