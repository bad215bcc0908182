import { DatabaseError, type Pool } from 'pg'
import type { BrokerEvent, PublishedEvent } from '../core/events/broker-event.ts'
import { type EventStore, PoisonedBatch } from '../core/ports/event-ports.ts'
import type { Tracing } from '../core/ports/tracing.ts'
import type { ChatMessage } from '../core/reach/chat-message.ts'
import { type EventSteps, runEventSteps, type SortedEvents, sortEvents } from './event-steps.ts'
import { insertRejectedEvents } from './rejected-events.ts'
import { inTransaction } from './transaction.ts'

export interface EventStoreParts<LostConnection> {
  /** Of its own: what waits here must not hold up a broker's questions. */
  readonly pool: Pool
  /** Undefined where the event is no message between people. */
  readonly readMessage: (event: PublishedEvent) => ChatMessage | undefined
  readonly steps: EventSteps<LostConnection>
  readonly tracing?: Tracing | undefined
  readonly now: () => number
}

const ATTEMPTS_MAX = 5

/** Stores a batch of events, and what follows from them, in one transaction. */
export function createEventStore<LostConnection>(
  parts: EventStoreParts<LostConnection>,
): EventStore {
  const { pool, steps, tracing, now } = parts
  const readMessage = readingOnce(parts.readMessage)

  async function storeAll(events: readonly BrokerEvent[]): Promise<SortedEvents> {
    for (let attempt = 1; ; attempt++) {
      try {
        const sorted = sortEvents(events, readMessage)
        await inTransaction(pool, (client) => runEventSteps(client, steps, sorted, now()))
        return sorted
      } catch (error) {
        if (attempt < ATTEMPTS_MAX && isCrossing(error)) continue
        throw isOfEvents(error) ? new PoisonedBatch(error) : error
      }
    }
  }

  return {
    async store(events) {
      const startedAt = now()
      const { messages } = await storeAll(events)
      tracing?.decided({ messages, startedAt, endedAt: now() })
    },
    reject: (events) => insertRejectedEvents(pool, events, now()),
  }
}

/**
 * A message without an id is given one, the same however often its event is tried: should the answer to
 * a commit get lost, it must not be written twice.
 */
function readingOnce(
  readMessage: (event: PublishedEvent) => ChatMessage | undefined,
): (event: PublishedEvent) => ChatMessage | undefined {
  const messages = new WeakMap<PublishedEvent, ChatMessage>()
  return (event) => {
    if (event.id !== undefined) return readMessage(event)
    const message = messages.get(event) ?? readMessage(event)
    if (message !== undefined) messages.set(event, message)
    return message
  }
}

/**
 * What the next attempt may not meet: a deadlock, a serialization failure, or somebody who removed or
 * inserted, at the same time, what a key refers to or names.
 */
const CROSSINGS: ReadonlySet<string> = new Set(['40P01', '40001', '23503', '23505'])

function isCrossing(error: unknown): boolean {
  return error instanceof DatabaseError && CROSSINGS.has(error.code ?? '')
}

/**
 * SQLSTATE classes that tell of the values: cardinality, data, integrity, program limits. All others
 * tell of Postgres, its schema or its state, and the events can be stored later.
 */
const CLASSES_OF_EVENTS: ReadonlySet<string> = new Set(['21', '22', '23', '54'])

/** A step that stumbles over an event throws one of JavaScript's own errors; `pg` throws none of these. */
function isOfEvents(error: unknown): boolean {
  if (error instanceof DatabaseError) return CLASSES_OF_EVENTS.has((error.code ?? '').slice(0, 2))
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
}
