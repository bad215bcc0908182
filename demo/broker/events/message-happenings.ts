import type { ClientInfo } from '../client-info.ts'
import { type Message, propertiesAt } from '../message.ts'
import type { Delivery } from '../sessions/delivery.ts'
import type {
  DeliveryDropped,
  DeliveryDropReason,
  MessageAcked,
  MessageDelivered,
  MessageDropped,
  MessagePublished,
} from './broker-event.ts'
import { clientColumns, UNDEFINED } from './client-happenings.ts'
import { printableProperties } from './printable-properties.ts'

export function messagePublished(message: Message): MessagePublished {
  return {
    event: 'message.publish',
    ...messageColumns(message),
    client_attrs: message.sender.attributes,
  }
}

export function messageDropped(message: Message, reason: string): MessageDropped {
  return { event: 'message.dropped', ...messageColumns(message), reason }
}

/** A delivery to somebody, as it stands at a moment. */
export interface Handover {
  readonly receiver: ClientInfo
  readonly delivery: Delivery
  readonly now: number
}

export function messageDelivered(handover: Handover): MessageDelivered {
  return { event: 'message.delivered', ...deliveryColumns(handover) }
}

export function messageAcked(handover: Handover, properties: object | undefined): MessageAcked {
  return {
    event: 'message.acked',
    ...deliveryColumns(handover),
    puback_props: printableProperties(properties),
  }
}

export function deliveryDropped(handover: Handover, reason: DeliveryDropReason): DeliveryDropped {
  return { event: 'delivery.dropped', ...deliveryColumns(handover), reason }
}

function messageColumns({ sender, ...message }: Message) {
  return {
    id: message.id,
    clientid: sender.clientId,
    username: sender.username ?? UNDEFINED,
    peerhost: sender.peerhost ?? UNDEFINED,
    peername: sender.peername ?? UNDEFINED,
    topic: message.topic,
    qos: message.qos,
    flags: { retain: message.retain, dup: false },
    payload: message.payload,
    pub_props: printableProperties(message.properties),
    publish_received_at: message.publishedAt,
  }
}

function deliveryColumns({ receiver, delivery, now }: Handover) {
  const { message, subscriptionIdentifier } = delivery
  const properties = propertiesAt(message, now)
  return {
    ...messageColumns(message),
    ...clientColumns(receiver),
    from_clientid: message.sender.clientId,
    from_username: message.sender.username ?? UNDEFINED,
    peerhost: receiver.peerhost,
    qos: delivery.qos,
    flags: {
      retain: delivery.retain,
      dup: delivery.isDuplicate,
      ...(delivery.isNoLocal ? ({ nl: true } as const) : {}),
    },
    pub_props: printableProperties(
      subscriptionIdentifier === undefined ? properties : { ...properties, subscriptionIdentifier },
    ),
  }
}
