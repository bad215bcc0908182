import type { ISubscription, QoS } from 'mqtt-packet'

/** A filter that a session is subscribed to, and how it wants what matches. */
export interface Subscription {
  /** As the client wrote it, `$share/group/` included. */
  readonly filter: string
  readonly qos: QoS
  /** MQTT 5.0 §3.8.3.1: leave out what the subscriber itself publishes. */
  readonly noLocal: boolean
  /** Keep the retain flag as the publisher set it. */
  readonly retainAsPublished: boolean
  /** When to send what is retained: 0 always, 1 if the subscription is new, 2 never. */
  readonly retainHandling: number
  readonly identifier: number | undefined
}

/** Reads one filter of a SUBSCRIBE. MQTT 3.1.1 knows a QoS only. */
export function readSubscription(
  requested: ISubscription,
  identifier: number | undefined,
): Subscription {
  return {
    filter: requested.topic,
    qos: requested.qos,
    noLocal: requested.nl ?? false,
    retainAsPublished: requested.rap ?? false,
    retainHandling: requested.rh ?? 0,
    identifier,
  }
}
