import type { IPublishPacket, QoS } from 'mqtt-packet'
import type { Message } from '../message.ts'
import { propertiesAt } from '../message.ts'
import type { PublishProperties } from '../properties.ts'
import type { Subscription } from './subscription.ts'

/** One message on its way to one session, through one of its subscriptions. */
export interface Delivery {
  readonly message: Message
  readonly qos: QoS
  readonly retain: boolean
  readonly isDuplicate: boolean
  /** The subscription asked for no-local; shown in events only. */
  readonly isNoLocal: boolean
  readonly subscriptionIdentifier: number | undefined
}

/** `retained` is what a new subscription finds, `live` is what is published from then on. */
export type Origin = 'live' | 'retained'

export function deliveryOf(message: Message, subscription: Subscription, origin: Origin): Delivery {
  return {
    message,
    qos: lowerQos(message.qos, subscription.qos),
    // MQTT 5.0 §3.3.1.3: set on retained messages, otherwise only where the subscriber wants it.
    retain: message.retain && (origin === 'retained' || subscription.retainAsPublished),
    isDuplicate: false,
    isNoLocal: subscription.noLocal,
    subscriptionIdentifier: subscription.identifier,
  }
}

function lowerQos(one: QoS, other: QoS): QoS {
  return one < other ? one : other
}

/** The PUBLISH that carries a delivery; `packetId` is undefined for QoS 0. */
export function publishPacket(
  delivery: Delivery,
  packetId: number | undefined,
  now: number,
): IPublishPacket {
  return {
    cmd: 'publish',
    topic: delivery.message.topic,
    payload: delivery.message.payload,
    qos: delivery.qos,
    retain: delivery.retain,
    dup: delivery.isDuplicate,
    properties: wireProperties(delivery, now),
    ...(packetId === undefined ? {} : { messageId: packetId }),
  }
}

/** What travels on to the receiver; the rest is between the sender and the broker. */
function wireProperties(delivery: Delivery, now: number): PublishProperties {
  const { topicAlias, willDelayInterval, ...properties } = propertiesAt(delivery.message, now)
  const { subscriptionIdentifier } = delivery
  if (subscriptionIdentifier === undefined) return properties
  return { ...properties, subscriptionIdentifier }
}
