import {
  type EventMeter,
  type EventStore,
  PoisonedBatch,
  type RejectedEvent,
} from '../ports/event-ports.ts'
import type { BrokerEvent } from './broker-event.ts'
import { createGroupCommit, type GroupCommitLimits, type Weight } from './group-commit.ts'

/** An event with what it was read from, should it turn out that it can't be stored. */
export interface IncomingEvent {
  readonly event: BrokerEvent
  /** The text that came, or what JSON made of a part of it. */
  readonly source: string | object
}

/** What came in one request, and is answered with one answer. */
export interface EventUnit {
  readonly incoming: readonly IncomingEvent[]
  /** What could not be understood. */
  readonly rejected: readonly RejectedEvent[]
  /** How much came. */
  readonly bytes: number
}

export interface EventIntake {
  /**
   * Resolves when all of the unit is stored for good; what Postgres can't take is among the rejected
   * then. Throws where it could not be stored now, and at once where that is known before.
   */
  take(unit: EventUnit): Promise<void>
}

export interface EventIntakeParts {
  readonly store: EventStore
  readonly meter: EventMeter
  readonly limits: GroupCommitLimits
}

/** Stores events in batches; one that Postgres can't take does not keep the others out. */
export function createEventIntake({ store, meter, limits }: EventIntakeParts): EventIntake {
  const take = createGroupCommit(async (units: readonly WeighedUnit[]) => {
    const startedAt = performance.now()
    const incoming = units.flatMap((unit) => unit.incoming)
    const poisonous = await storeApart(store, incoming)
    const rejected = units.flatMap((unit) => unit.rejected).concat(poisonous.map(rejectedFrom))
    if (rejected.length > 0) await store.reject(rejected)
    if (incoming.length > 0) meter.batchStored(incoming.length, performance.now() - startedAt)
    count(meter, incoming, poisonous)
  }, limits)

  return {
    take: (unit) => take({ ...unit, items: unit.incoming.length + unit.rejected.length }),
  }
}

type WeighedUnit = EventUnit & Weight

interface PoisonousEvent {
  readonly incoming: IncomingEvent
  readonly cause: unknown
}

/** Stores in halves what can't be stored as a whole, down to the events that are at fault. */
async function storeApart(
  store: EventStore,
  incoming: readonly IncomingEvent[],
): Promise<readonly PoisonousEvent[]> {
  const [first] = incoming
  if (first === undefined) return []
  try {
    await store.store(incoming.map(({ event }) => event))
    return []
  } catch (error) {
    if (!(error instanceof PoisonedBatch)) throw error
    if (incoming.length === 1) return [{ incoming: first, cause: error.cause }]
  }
  const middle = incoming.length >> 1
  const before = await storeApart(store, incoming.slice(0, middle))
  return before.concat(await storeApart(store, incoming.slice(middle)))
}

function rejectedFrom({ incoming: { event, source }, cause }: PoisonousEvent): RejectedEvent {
  const words = cause instanceof Error ? cause.message : String(cause)
  return {
    dialect: event.generation,
    reason: `could not be stored: ${words}`,
    bytes: excerptOf(source),
  }
}

const EXCERPT_BYTES_MAX = 4096

/** The first 4 KiB of what came, copied: the rest may be large, and is not needed any longer. */
export function excerptOf(source: IncomingEvent['source'] | Buffer): Uint8Array {
  if (Buffer.isBuffer(source)) return Buffer.from(source.subarray(0, EXCERPT_BYTES_MAX))
  const text = typeof source === 'string' ? source : JSON.stringify(source)
  // No character takes less than a byte.
  return Buffer.from(text.slice(0, EXCERPT_BYTES_MAX)).subarray(0, EXCERPT_BYTES_MAX)
}

function count(
  meter: EventMeter,
  incoming: readonly IncomingEvent[],
  poisonous: readonly PoisonousEvent[],
): void {
  const failed = new Set(poisonous.map((one) => one.incoming))
  for (const one of incoming) {
    const { generation, kind } = one.event
    meter.counted(generation, kind, failed.has(one) ? 'rejected' : 'stored')
  }
}
