import type { ISubscribePacket, IUnsubscribePacket } from 'mqtt-packet'
import type { ClientInfo } from '../client-info.ts'
import { sessionSubscribed, sessionUnsubscribed } from '../events/client-happenings.ts'
import type { Hub } from '../hub.ts'
import { FAILURE_FROM, REASON, type ReasonName } from '../reason-codes.ts'
import { isTopicFilter, splitShare, TOPIC_LEVELS_MAX } from '../routing/topics.ts'
import type { Session } from '../sessions/session.ts'
import { readSubscription, type Subscription } from '../sessions/subscription.ts'
import type { PacketReceiver } from './packet-receiver.ts'

/** SUBSCRIBE: every filter is asked about, one after another; then all that may are subscribed. */
export async function receiveSubscribe(
  channel: PacketReceiver,
  packet: ISubscribePacket,
): Promise<void> {
  const fault = subscribeFault(packet)
  if (fault !== undefined) return await channel.disconnect(fault)
  const identifier = packet.properties?.subscriptionIdentifier
  const wanted = packet.subscriptions.map((one) => readSubscription(one, identifier))
  const codes: number[] = []
  for (const subscription of wanted) codes.push(await judge(channel, subscription))
  const isDenied = codes.includes(REASON.not_authorized)
  if (isDenied && channel.hub.settings.denyAction === 'disconnect') {
    return await channel.disconnect('not_authorized')
  }

  const granted = wanted.filter((_, index) => (codes[index] ?? FAILURE_FROM) < FAILURE_FROM)
  const opened = granted.map((subscription) => open(channel, subscription, packet.properties))
  const isV5 = channel.client.protocolVersion === 5
  channel.send({
    cmd: 'suback',
    messageId: packet.messageId ?? 0,
    granted: isV5 ? codes : codes.map((code) => Math.min(code, FAILURE_FROM)),
  })
  for (const sendRetained of opened) sendRetained()
}

/** UNSUBSCRIBE. Nobody is asked. */
export async function receiveUnsubscribe(
  channel: PacketReceiver,
  packet: IUnsubscribePacket,
): Promise<void> {
  const { hub, client, session } = channel
  const filters = packet.unsubscriptions
  if (filters.length === 0 || !filters.every(isTopicFilter)) {
    return await channel.disconnect('topic_filter_invalid')
  }
  const granted = filters.map((filter) => {
    const ended = hub.router.unsubscribe(session, filter)
    if (ended === undefined) return REASON.no_subscription_existed
    hub.report(sessionUnsubscribed(client, ended, packet.properties))
    return REASON.success
  })
  channel.send({ cmd: 'unsuback', messageId: packet.messageId ?? 0, granted })
}

/**
 * Subscribes a session and reports it, without asking anybody. The function returned sends what is
 * retained; it is called after the SUBACK.
 */
export function openSubscription(
  hub: Hub,
  client: ClientInfo,
  session: Session,
  subscription: Subscription,
  properties: object | undefined,
): () => void {
  const isNew = hub.router.subscribe(session, subscription)
  hub.report(sessionSubscribed(client, subscription, properties))
  // MQTT 5.0 §3.8.3.1, Retain Handling.
  const wantsRetained =
    subscription.retainHandling === 0 || (subscription.retainHandling === 1 && isNew)
  return () => {
    if (wantsRetained) hub.router.sendRetained(session, subscription)
  }
}

function open(
  { hub, client, session }: PacketReceiver,
  subscription: Subscription,
  properties: object | undefined,
): () => void {
  return openSubscription(hub, client, session, subscription, properties)
}

function subscribeFault(packet: ISubscribePacket): ReasonName | undefined {
  if (packet.properties?.subscriptionIdentifier === 0) {
    return 'subscription_identifiers_not_supported'
  }
  if (packet.subscriptions.length === 0) return 'topic_filter_invalid'
  for (const { topic, nl } of packet.subscriptions) {
    // [MQTT-3.8.3-4]: who shares a subscription cannot leave out its own messages.
    if (nl === true && topic.startsWith('$share/')) return 'protocol_error'
    if (!isTopicFilter(topic)) return 'topic_filter_invalid'
  }
  return undefined
}

/** The SUBACK code for one filter: the QoS granted, or why not. */
async function judge({ rights, hub }: PacketReceiver, subscription: Subscription): Promise<number> {
  // The group is the broker's affair: the question is about what stands behind `$share/group/`.
  const { group, filter: topic } = splitShare(subscription.filter)
  const { qos } = subscription
  const isAllowed = await rights.may({ action: 'subscribe', topic, qos, retain: false })
  if (!isAllowed) return REASON.not_authorized
  if (topic.split('/').length > TOPIC_LEVELS_MAX) return REASON.topic_filter_invalid
  const isRefused = group !== undefined && !hub.settings.sharedSubscriptions
  return isRefused ? REASON.shared_subscriptions_not_supported : qos
}
