import { identifierFault } from '../../core/access/identifier.ts'
import { topicFault } from '../../core/access/topic-filter.ts'

/** An event as a broker reports it, not looked at yet. */
export type EventRow = Readonly<Record<string, unknown>>

/** An event that can't be understood; the message says why, and holds nothing of the event. */
export class UnreadableEvent extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UnreadableEvent'
  }
}

/** The latest time that is a date everywhere, in milliseconds: the end of the year 9999. */
const TIME_MAX = 253_402_300_799_999
/** Earlier times are seconds, as EMQX 2 and 3 have them: in milliseconds it is 1973. */
const SECONDS_MAX = 100_000_000_000
const LABEL_UNITS_MAX = 256

/** A JSON object, that is. */
export function isRow(value: unknown): value is EventRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether the broker has nothing to say: EMQX 5 writes the text "undefined", EMQX 4 also `null`. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === 'undefined'
}

/** A uid or client id. */
export function readIdentifier(row: EventRow, field: string): string {
  const value = readText(row, field)
  const fault = identifierFault(value)
  if (fault !== undefined) throw new UnreadableEvent(`"${field}" ${fault}`)
  return value
}

export function readTopic(row: EventRow): string {
  const topic = readText(row, 'topic')
  const fault = topicFault(topic)
  if (fault !== undefined) throw new UnreadableEvent(`"topic" ${fault}`)
  return topic
}

/** A node, a peername or a reason, cut where it is very long; empty where there is none. */
export function readLabel(row: EventRow, field: string): string {
  if (isAbsent(row[field])) return ''
  const value = readText(row, field)
  if (value.includes('\u0000')) throw new UnreadableEvent(`"${field}" must not contain U+0000`)
  if (!value.isWellFormed()) throw new UnreadableEvent(`"${field}" must be well-formed Unicode`)
  return value.length > LABEL_UNITS_MAX ? value.slice(0, LABEL_UNITS_MAX).toWellFormed() : value
}

/** In milliseconds since 1970, whichever unit it came in. */
export function readTime(row: EventRow, field: string): number {
  const value = row[field]
  if (typeof value !== 'number' || !(value >= 0 && value <= TIME_MAX)) {
    throw new UnreadableEvent(`"${field}" must be a time in milliseconds`)
  }
  return Math.floor(value < SECONDS_MAX ? value * 1000 : value)
}

/** A whole number; undefined where there is none. */
export function readCount(row: EventRow, field: string, max: number): number | undefined {
  const value = row[field]
  if (isAbsent(value)) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) {
    return value
  }
  throw new UnreadableEvent(`"${field}" must be a whole number from 0 to ${max}`)
}

export function readFlag(row: EventRow, field: string): boolean | undefined {
  const value = row[field]
  if (isAbsent(value)) return undefined
  if (typeof value === 'boolean') return value
  throw new UnreadableEvent(`"${field}" must be true or false`)
}

/** Where the broker doesn't say, 1, which all of chat is meant to have. */
export function readQos({ qos }: EventRow): 0 | 1 | 2 {
  if (qos === 0 || qos === 1 || qos === 2) return qos
  if (isAbsent(qos)) return 1
  throw new UnreadableEvent('"qos" must be 0, 1 or 2')
}

export function readText(row: EventRow, field: string): string {
  const value = row[field]
  if (typeof value === 'string') return value
  throw new UnreadableEvent(`"${field}" must be text`)
}
