import { isUtf8 } from 'node:buffer'
import { type EventUnit, excerptOf, type IncomingEvent } from '../../core/events/event-intake.ts'
import type { EventLabel, EventResult, RejectedEvent } from '../../core/ports/event-ports.ts'
import type { EventDialect } from './event-dialect.ts'
import { isRow, UnreadableEvent } from './event-row.ts'

/** Events in one request. */
const EVENTS_MAX = 10_000

/** A request's body; of one that is too long, the beginning. */
export interface EventBody {
  readonly bytes: Buffer
  readonly isWhole: boolean
}

/** What a request turned out to hold. */
export interface EventsRead extends EventUnit {
  /** Of each event that is not in `incoming`, what it was and what becomes of it. */
  readonly others: readonly (readonly [EventLabel, EventResult])[]
}

/** Reads one event or an array of them. Those that can't be understood are no fault of the others. */
export function readEvents(dialect: EventDialect, body: EventBody): EventsRead {
  const { bytes } = body
  const page = openPage(dialect)
  try {
    const text = textOf(body)
    const json = parseJson(text)
    if (Array.isArray(json)) readArray(json, page)
    else page.read(json, text)
  } catch (error) {
    page.reject(bytes, error, 'other')
  }
  return { ...page, bytes: bytes.length }
}

function readArray(rows: readonly unknown[], page: Page): void {
  if (rows.length > EVENTS_MAX) {
    throw new UnreadableEvent(`a request must have at most ${EVENTS_MAX} events`)
  }
  for (const row of rows) page.read(row, Object(row))
}

interface Page extends Pick<EventsRead, 'incoming' | 'rejected' | 'others'> {
  read(row: unknown, source: string | object): void
  reject(source: string | object, error: unknown, label: EventLabel): void
}

function openPage(dialect: EventDialect): Page {
  const incoming: IncomingEvent[] = []
  const rejected: RejectedEvent[] = []
  const others: [EventLabel, EventResult][] = []

  function read(row: unknown, source: string | object): void {
    const label = isRow(row) ? dialect.labelOf(row) : 'other'
    try {
      if (!isRow(row)) throw new UnreadableEvent('an event must be a JSON object')
      const reading = dialect.read(row)
      if (reading.kind === 'event') incoming.push({ event: reading.event, source })
      else others.push([label, reading.kind])
    } catch (error) {
      reject(source, error, label)
    }
  }

  function reject(source: string | object, error: unknown, label: EventLabel): void {
    if (!(error instanceof UnreadableEvent)) throw error
    others.push([label, 'rejected'])
    rejected.push({ dialect: dialect.name, reason: error.message, bytes: excerptOf(source) })
  }

  return { incoming, rejected, others, read, reject }
}

function textOf({ bytes, isWhole }: EventBody): string {
  if (!isWhole) throw new UnreadableEvent('the body is too long')
  if (!isUtf8(bytes)) throw new UnreadableEvent('the body must be UTF-8')
  return bytes.toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the body.
    throw new UnreadableEvent('the body must be JSON')
  }
}
