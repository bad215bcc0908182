import type { BrokerEvent } from '../../demo/broker/events/broker-event.ts'
import type { RecordedLine } from './recording.ts'

/** An event without what differs between two runs, as text that can be compared and sorted. */
export type ComparableEvent = string

/** The events that a recorded broker reported. */
export function recordedEvents(lines: readonly RecordedLine[]): readonly ComparableEvent[] {
  return lines.flatMap((line) => {
    if (line.kind !== 'http' || !line.path.startsWith('/hook/')) return []
    const { metadata, ...row } = JSON.parse(line.body)
    return [comparable(row)]
  })
}

/** The events of the broker here, as far as the recorded rules would have reported them. */
export function reportedEvents(events: readonly BrokerEvent[]): readonly ComparableEvent[] {
  return events
    .filter(isSelected)
    .map((event) => comparable(JSON.parse(JSON.stringify(event, textOf))))
}

/** The recorded rules select messages to `user/+/inbox/+` and `group/+/inbox/+` only. */
function isSelected(event: BrokerEvent): boolean {
  return (
    event.event !== 'message.publish' || /^(user|group)\/[^/]+\/inbox\/[^/]+$/.test(event.topic)
  )
}

/** Bytes as EMQX writes them into JSON. `JSON.stringify` has made an object of a Buffer by then. */
function textOf(_name: string, value: unknown): unknown {
  const isBuffer = typeof value === 'object' && value !== null && 'type' in value
  if (!isBuffer || value.type !== 'Buffer' || !('data' in value)) return value
  return Array.isArray(value.data) ? Buffer.from(value.data).toString('utf8') : value
}

/** What no two runs share: replaced by its form, so that the form is compared. */
const FORMS: Readonly<Record<string, RegExp>> = {
  id: /^[0-9A-F]{32}$/,
  timestamp: /^\d{13}$/,
  connected_at: /^\d{13}$/,
  disconnected_at: /^\d{13}$/,
  publish_received_at: /^\d{13}$/,
  peername: /^127\.0\.0\.1:\d+$/,
  sockname: /^127\.0\.0\.1:\d+$/,
}

function comparable(row: Readonly<Record<string, unknown>>): ComparableEvent {
  const fields = Object.entries(row).map(([name, value]) => [name, formOf(name, value)])
  return JSON.stringify(sorted(Object.fromEntries(fields)))
}

function formOf(name: string, value: unknown): unknown {
  const form = FORMS[name]
  return form?.test(String(value)) ? form.source : value
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(fields.map(([name, inner]) => [name, sorted(inner)]))
}
