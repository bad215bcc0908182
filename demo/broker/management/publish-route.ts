import type { Hub } from '../hub.ts'
import type { Message } from '../message.ts'
import { REASON } from '../reason-codes.ts'
import { isTopicName } from '../routing/topics.ts'
import { type Answer, type Call, invalid, ok, type Route } from './route.ts'

/** A message from the outside: nobody is asked, and the sender is `http_api`, whatever it says. */
export function publishRoute(hub: Hub): Route {
  return { method: 'POST', path: '/publish', answer: (call) => publish(hub, call) }
}

function publish(hub: Hub, { body }: Call): Answer {
  const { topic, payload, qos = 0, retain, ...rest } = recordOf(body)
  if (typeof topic !== 'string' || typeof payload !== 'string') {
    return invalid('root', body, 'required_field')
  }
  if (qos !== 0 && qos !== 1 && qos !== 2) return invalid('root.qos', qos, 'Unable to parse string')
  if (!isTopicName(topic)) return reason(400, 'topic_name_invalid')
  const encoding = rest.payload_encoding === 'base64' ? 'base64' : 'utf8'
  const message: Message = {
    id: hub.nextMessageId(),
    topic,
    payload: Buffer.from(payload, encoding),
    qos,
    retain: retain === true,
    properties: propertiesOf(recordOf(rest.properties)),
    sender: API,
    publishedAt: hub.timers.now(),
  }
  return hub.router.publish(message)
    ? ok({ id: message.id })
    : reason(202, 'no_matching_subscribers')
}

const API: Message['sender'] = {
  clientId: 'http_api',
  username: undefined,
  peerhost: undefined,
  peername: undefined,
  attributes: {},
}

function reason(status: number, name: 'topic_name_invalid' | 'no_matching_subscribers'): Answer {
  return { status, body: { message: name, reason_code: REASON[name] } }
}

function propertiesOf(properties: Readonly<Record<string, unknown>>): Message['properties'] {
  const { user_properties, message_expiry_interval, content_type } = properties
  const pairs = Object.entries(recordOf(user_properties)).map(([key, value]) => [
    key,
    String(value),
  ])
  return {
    ...(pairs.length === 0 ? {} : { userProperties: Object.fromEntries(pairs) }),
    ...(typeof message_expiry_interval === 'number'
      ? { messageExpiryInterval: message_expiry_interval }
      : {}),
    ...(typeof content_type === 'string' ? { contentType: content_type } : {}),
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
