import type { EventDialect } from '../../../src/broker/events/event-dialect.ts'
import { type EventsRead, readEvents } from '../../../src/broker/events/read-events.ts'
import type { BrokerEvent } from '../../../src/core/events/broker-event.ts'

/** Reads a body: text or bytes as they come, anything else as JSON. */
export function readOne(dialect: EventDialect, body: unknown): EventsRead {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  const bytes = Buffer.from(isRaw ? body : JSON.stringify(body))
  return readEvents(dialect, { bytes, isWhole: true })
}

export function eventsIn(dialect: EventDialect, body: unknown): readonly BrokerEvent[] {
  return readOne(dialect, body).incoming.map(({ event }) => event)
}

/** What became of each event that is not to be stored. */
export function resultsIn(dialect: EventDialect, body: unknown): readonly string[] {
  return readOne(dialect, body).others.map((other) => other.join(' '))
}

export function reasonsIn(dialect: EventDialect, body: unknown): readonly string[] {
  return readOne(dialect, body).rejected.map(({ reason }) => reason)
}
