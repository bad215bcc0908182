import type {
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
  readIdentifier,
  readLabel,
  readQos,
  readText,
  readTime,
} from './event-row.ts'
import { decodePayload, type PayloadEncoding } from './payload-encoding.ts'

export interface Emqx4EventSettings {
  /** The broker's `encoding_of_payload_field`. */
  readonly payloadEncoding: PayloadEncoding
  /** For what EMQX 2, 3 and 4.0 report without a time. */
  readonly now: () => number
}

/**
 * EMQX 4, 3 and 2: what `web_hook` sends.
 *
 * It keeps nothing and tries nothing again, so what it is refused is lost. Messages have no id, and a
 * device that takes over another's connection is reported as connected only. EMQX 2 and 3 say `client_id`
 * and seconds. https://docs.emqx.com/en/emqx/v4.4/advanced/webhook.html
 */
export function createEmqx4Events(settings: Emqx4EventSettings): EventDialect {
  return {
    name: 'emqx4',
    labelOf: ({ action }) => LABELS.get(String(action)) ?? 'other',
    read(row) {
      switch (readText(row, 'action')) {
        case 'client_connected':
          return reading(readConnected(row, settings))
        case 'client_disconnected':
          return reading(readDisconnected(row, settings))
        case 'message_publish':
          return reading(readPublished(row, settings))
        case 'message_acked':
          // Without an id there is nothing that it could be the acknowledgement of.
          return { kind: 'ignored' }
        default:
          return { kind: 'unknown' }
      }
    },
    busy: { status: 503, result: 'lost' },
  }
}

const LABELS: ReadonlyMap<string, EventLabel> = new Map([
  ['client_connected', 'connected'],
  ['client_disconnected', 'disconnected'],
  ['message_publish', 'published'],
  ['message_acked', 'acked'],
])

type Emqx4Event = ConnectedEvent | DisconnectedEvent | PublishedEvent

function reading(event: Emqx4Event | undefined): EventReading {
  return event === undefined ? { kind: 'ignored' } : { kind: 'event', event }
}

function readConnected(row: EventRow, { now }: Emqx4EventSettings): ConnectedEvent | undefined {
  // Herald lets nobody in without a username, so the client is somebody else's. EMQX 3 reports those
  // who were not let in as well.
  if (isAbsent(row.username) || isRefused(row)) return undefined
  return {
    kind: 'connected',
    generation: 'emqx4',
    clientId: readIdentifier(row, clientIdField(row)),
    username: readIdentifier(row, 'username'),
    node: readLabel(row, 'node'),
    peername: readLabel(row, 'ipaddress'),
    connectedAt: isAbsent(row.connected_at) ? now() : readTime(row, 'connected_at'),
    cleanStart: undefined,
    expirySeconds: undefined,
    keepaliveSeconds: readCount(row, 'keepalive', 0xffff) ?? 0,
  }
}

function isRefused({ conn_ack }: EventRow): boolean {
  return !isAbsent(conn_ack) && conn_ack !== 0 && conn_ack !== 'success'
}

function readDisconnected(
  row: EventRow,
  { now }: Emqx4EventSettings,
): DisconnectedEvent | undefined {
  if (isAbsent(row.username)) return undefined
  return {
    kind: 'disconnected',
    generation: 'emqx4',
    clientId: readIdentifier(row, clientIdField(row)),
    username: readIdentifier(row, 'username'),
    node: readLabel(row, 'node'),
    peername: readLabel(row, 'ipaddress'),
    connectedAt: isAbsent(row.connected_at) ? undefined : readTime(row, 'connected_at'),
    disconnectedAt: isAbsent(row.disconnected_at) ? now() : readTime(row, 'disconnected_at'),
    reason: readLabel(row, 'reason'),
  }
}

function readPublished(
  row: EventRow,
  { payloadEncoding }: Emqx4EventSettings,
): PublishedEvent | undefined {
  const topic = readChatTopicName(row)
  if (topic === undefined) return undefined
  return {
    kind: 'published',
    generation: 'emqx4',
    id: undefined,
    clientId: readIdentifier(row, 'from_client_id'),
    topic,
    qos: readQos(row),
    payload: decodePayload(readText(row, 'payload'), payloadEncoding),
    userProperties: {},
    receivedAt: readTime(row, 'ts'),
  }
}

function clientIdField({ clientid }: EventRow): 'clientid' | 'client_id' {
  return clientid === undefined ? 'client_id' : 'clientid'
}
