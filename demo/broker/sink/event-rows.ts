import type { BrokerEvent, MessageAcked, MessagePublished } from '../events/broker-event.ts'

/** An event as an HTTP action without a body template sends it: the selected row as JSON. */
export function writeRow(event: BrokerEvent, columns: 'all' | 'chosen'): string {
  return JSON.stringify(columns === 'all' ? wholeRow(event) : chosenRow(event), plain)
}

/** `SELECT *`: EMQX adds which rule it was, and payloads are text, whatever they were. */
function wholeRow(event: BrokerEvent): object {
  return { ...event, metadata: { rule_id: 'herald' } }
}

function chosenRow(event: BrokerEvent): object {
  switch (event.event) {
    case 'message.publish':
      return publishColumns(event)
    case 'message.acked':
      return ackColumns(event)
    default:
      return wholeRow(event)
  }
}

function publishColumns(event: MessagePublished & { readonly node: string }): object {
  const { id, clientid, username, topic, qos, publish_received_at, pub_props, node } = event
  return {
    id,
    clientid,
    username,
    topic,
    qos,
    publish_received_at,
    pub_props,
    payload_b64: event.payload.toString('base64'),
    event: event.event,
    node,
  }
}

function ackColumns(event: MessageAcked & { readonly node: string }): object {
  const { id, clientid, username, from_clientid, topic, qos, publish_received_at, node } = event
  return {
    id,
    clientid,
    username,
    from_clientid,
    topic,
    qos,
    publish_received_at,
    event: event.event,
    node,
  }
}

/** MQTT 5.0 §3.1.2.11.2: a session that never expires. */
const FOR_EVER = 0xffff_ffff

/** Bytes as EMQX writes them into JSON: what is not UTF-8 becomes U+FFFD. */
function plain(_name: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return FOR_EVER
  // `JSON.stringify` has made an object of a Buffer by then.
  const isBuffer = typeof value === 'object' && value !== null && 'type' in value
  if (!isBuffer || value.type !== 'Buffer' || !('data' in value)) return value
  return Array.isArray(value.data) ? Buffer.from(value.data).toString('utf8') : value
}
