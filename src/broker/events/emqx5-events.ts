import type {
  AckedEvent,
  ConnectedEvent,
  DisconnectedEvent,
  PublishedEvent,
} from '../../core/events/broker-event.ts'
import type { EventLabel } from '../../core/ports/event-ports.ts'
import { readChatTopicName } from './chat-topic-row.ts'
import type { EventDialect, EventReading } from './event-dialect.ts'
import {
  type EventRow,
  isAbsent,
  readCount,
  readFlag,
  readIdentifier,
  readLabel,
  readQos,
  readText,
  readTime,
  UnreadableEvent,
} from './event-row.ts'
import { decodePayload } from './payload-encoding.ts'
import { readUserProperties } from './user-properties.ts'

/**
 * EMQX 5 and 6: rows of the rule engine, whole or with the columns that a rule has chosen.
 *
 * 429 is the one status that every version tries again, until `request_ttl` is over; most others lose
 * the event. https://docs.emqx.com/en/emqx/latest/data-integration/rule-sql-events-and-fields.html
 */
export const emqx5Events: EventDialect = {
  name: 'emqx5',
  labelOf: ({ event, topic }) =>
    event === undefined && topic !== undefined
      ? 'published'
      : (LABELS.get(String(event)) ?? 'other'),
  read(row) {
    switch (eventOf(row)) {
      case 'client.connected':
        return reading(readConnected(row))
      case 'client.disconnected':
        return reading(readDisconnected(row))
      case 'message.publish':
        return reading(readPublished(row))
      case 'message.acked':
        return reading(readAcked(row))
      default:
        return { kind: 'unknown' }
    }
  },
  busy: { status: 429, result: 'refused' },
}

const LABELS: ReadonlyMap<string, EventLabel> = new Map([
  ['client.connected', 'connected'],
  ['client.disconnected', 'disconnected'],
  ['message.publish', 'published'],
  ['message.acked', 'acked'],
])

/** A row with chosen columns may have no `event`; one with a message in it is about a publish. */
function eventOf(row: EventRow): string {
  const { event, id, topic } = row
  if (typeof event === 'string') return event
  if (event !== undefined) throw new UnreadableEvent('"event" must be text')
  if (id !== undefined && topic !== undefined && hasPayload(row)) return 'message.publish'
  throw new UnreadableEvent('"event" must be there, or "id", "topic" and a payload')
}

function hasPayload({ payload, payload_b64 }: EventRow): boolean {
  return payload !== undefined || payload_b64 !== undefined
}

function reading(event: Emqx5Event | undefined): EventReading {
  return event === undefined ? { kind: 'ignored' } : { kind: 'event', event }
}

type Emqx5Event = ConnectedEvent | DisconnectedEvent | PublishedEvent | AckedEvent

function readConnected(row: EventRow): ConnectedEvent | undefined {
  // Herald lets nobody in without a username, so the client is somebody else's.
  if (isAbsent(row.username)) return undefined
  return {
    kind: 'connected',
    generation: 'emqx5',
    clientId: readIdentifier(row, 'clientid'),
    username: readIdentifier(row, 'username'),
    node: readLabel(row, 'node'),
    peername: readLabel(row, 'peername'),
    connectedAt: readTime(row, 'connected_at'),
    cleanStart: readFlag(row, 'clean_start'),
    expirySeconds: readCount(row, 'expiry_interval', 0xffff_ffff),
    keepaliveSeconds: readCount(row, 'keepalive', 0xffff) ?? 0,
  }
}

function readDisconnected(row: EventRow): DisconnectedEvent | undefined {
  if (isAbsent(row.username)) return undefined
  return {
    kind: 'disconnected',
    generation: 'emqx5',
    clientId: readIdentifier(row, 'clientid'),
    username: readIdentifier(row, 'username'),
    node: readLabel(row, 'node'),
    peername: readLabel(row, 'peername'),
    connectedAt: isAbsent(row.connected_at) ? undefined : readTime(row, 'connected_at'),
    disconnectedAt: readTime(row, 'disconnected_at'),
    reason: readLabel(row, 'reason'),
  }
}

function readPublished(row: EventRow): PublishedEvent | undefined {
  const topic = readChatTopicName(row)
  if (topic === undefined) return undefined
  const id = readMessageId(row)
  return {
    kind: 'published',
    generation: 'emqx5',
    id,
    clientId: isAbsent(row.clientid) ? '' : readIdentifier(row, 'clientid'),
    topic,
    qos: readQos(row),
    payload: readPayload(row),
    userProperties: readUserProperties(row),
    receivedAt: readReceivedAt(row, id),
  }
}

function readAcked(row: EventRow): AckedEvent | undefined {
  const topic = readChatTopicName(row)
  if (topic === undefined || isAbsent(row.username)) return undefined
  return {
    kind: 'acked',
    generation: 'emqx5',
    id: readMessageId(row),
    clientId: readIdentifier(row, 'clientid'),
    username: readIdentifier(row, 'username'),
    topic,
  }
}

function readMessageId(row: EventRow): string {
  const id = readText(row, 'id')
  if (/^[0-9A-Fa-f]{32}$/.test(id)) return id.toLowerCase()
  throw new UnreadableEvent('"id" must be 32 hexadecimal digits')
}

function readPayload(row: EventRow): Uint8Array {
  if (row.payload_b64 !== undefined) return decodePayload(readText(row, 'payload_b64'), 'base64')
  return decodePayload(readText(row, 'payload'), 'plain')
}

/** From the id where it is not said: its first half is the time, in microseconds. */
function readReceivedAt(row: EventRow, id: string): number {
  if (!isAbsent(row.publish_received_at)) return readTime(row, 'publish_received_at')
  if (!isAbsent(row.timestamp)) return readTime(row, 'timestamp')
  return readTime({ time: Number.parseInt(id.slice(0, 16), 16) / 1000 }, 'time')
}
