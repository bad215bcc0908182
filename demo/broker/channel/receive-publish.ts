import type { IPublishPacket } from 'mqtt-packet'
import { messageDropped } from '../events/message-happenings.ts'
import type { Message } from '../message.ts'
import { REASON, type ReasonName } from '../reason-codes.ts'
import { isTopicName, TOPIC_LEVELS_MAX } from '../routing/topics.ts'
import type { Session } from '../sessions/session.ts'
import type { PacketReceiver } from './packet-receiver.ts'

/** PUBLISH: read, ask, route, acknowledge. */
export async function receivePublish(
  channel: PacketReceiver,
  packet: IPublishPacket,
): Promise<void> {
  const fault = publishFault(packet)
  if (fault !== undefined) return await channel.disconnect(fault)
  const resolved = channel.aliases.resolve(packet.topic, packet.properties?.topicAlias)
  if (resolved.kind === 'fault') return await channel.disconnect(resolved.reason)

  const { topic } = resolved
  const { qos, retain } = packet
  const isAllowed = await channel.rights.may({ action: 'publish', topic, qos, retain })
  if (!isAllowed) return await refuse(channel, packet)
  if (topic.split('/').length > TOPIC_LEVELS_MAX) {
    return await channel.disconnect('topic_name_invalid')
  }
  const message = messageFrom(channel, packet, topic)
  if (qos < 2) publishAtOnce(channel, packet, message)
  else await publishExactlyOnce(channel, packet, message)
}

function publishFault(packet: IPublishPacket): ReasonName | undefined {
  const { responseTopic, subscriptionIdentifier } = packet.properties ?? {}
  if (packet.topic !== '' && !isTopicName(packet.topic)) return 'topic_name_invalid'
  if (responseTopic !== undefined && !isTopicName(responseTopic)) return 'protocol_error'
  // MQTT 5.0 §3.3.4: only a broker may name a subscription.
  return subscriptionIdentifier === undefined ? undefined : 'protocol_error'
}

/** MQTT 3.1.1 has no word for no: the message is acknowledged and dropped. */
async function refuse(channel: PacketReceiver, packet: IPublishPacket): Promise<void> {
  if (channel.hub.settings.denyAction === 'disconnect') {
    return await channel.disconnect('not_authorized')
  }
  acknowledge(channel, packet, REASON.not_authorized)
}

/** PUBACK or PUBREC; nothing for QoS 0. */
function acknowledge(channel: PacketReceiver, packet: IPublishPacket, reasonCode: number): void {
  const { qos, messageId } = packet
  if (qos === 0 || messageId === undefined) return
  channel.send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode })
}

function publishAtOnce(channel: PacketReceiver, packet: IPublishPacket, message: Message): void {
  acknowledge(channel, packet, route(channel, message))
}

function route({ hub }: PacketReceiver, message: Message): number {
  return hub.router.publish(message) ? REASON.success : REASON.no_matching_subscribers
}

/** MQTT 5.0 §4.3.3: a packet id that awaits its PUBREL is the same message again. */
async function publishExactlyOnce(
  channel: PacketReceiver,
  packet: IPublishPacket,
  message: Message,
): Promise<void> {
  const { hub, session } = channel
  const packetId = packet.messageId ?? 0
  forgetUnreleased(session, hub.timers.now())
  if (session.awaitingRelease.has(packetId)) {
    hub.report(messageDropped(message, 'packet_identifier_inuse'))
    return acknowledge(channel, packet, REASON.packet_identifier_inuse)
  }
  if (session.awaitingRelease.size >= hub.settings.awaitingReleaseMax) {
    hub.report(messageDropped(message, 'receive_maximum_exceeded'))
    return await channel.disconnect('receive_maximum_exceeded')
  }
  session.awaitingRelease.set(packetId, hub.timers.now())
  acknowledge(channel, packet, route(channel, message))
}

/** EMQX's `await_rel_timeout`: a PUBREL that has not come by then does not come. */
const RELEASE_WAIT_MS = 300_000

function forgetUnreleased({ awaitingRelease }: Session, now: number): void {
  for (const [packetId, since] of awaitingRelease) {
    if (now - since >= RELEASE_WAIT_MS) awaitingRelease.delete(packetId)
  }
}

function messageFrom(
  { hub, client }: PacketReceiver,
  packet: IPublishPacket,
  topic: string,
): Message {
  const { clientId, username, peerhost, peername, attributes } = client
  return {
    id: hub.nextMessageId(),
    topic,
    payload: Buffer.from(packet.payload),
    qos: packet.qos,
    retain: packet.retain,
    properties: packet.properties ?? {},
    sender: { clientId, username, peerhost, peername, attributes },
    publishedAt: hub.timers.now(),
  }
}
