import type { IDisconnectPacket, Packet } from 'mqtt-packet'
import type { ClientInfo } from '../client-info.ts'
import type { TopicRights } from '../hooks/topic-rights.ts'
import type { Hub } from '../hub.ts'
import type { DisconnectProperties } from '../properties.ts'
import { REASON, type ReasonName, reasonName } from '../reason-codes.ts'
import type { Session } from '../sessions/session.ts'
import { receivePublish } from './receive-publish.ts'
import { receiveSubscribe, receiveUnsubscribe } from './receive-subscribe.ts'
import type { TopicAliases } from './topic-aliases.ts'

/** A channel, as those see it who handle its packets. */
export interface PacketReceiver {
  readonly hub: Hub
  readonly client: ClientInfo
  readonly session: Session
  readonly rights: TopicRights
  readonly aliases: TopicAliases
  send(packet: Packet): boolean
  /** Ends the connection, with a DISCONNECT where the client understands one. */
  disconnect(reason: ReasonName): Promise<void>
  /** The client ends it. */
  sayGoodbye(goodbye: Goodbye): Promise<void>
}

/** What a client's DISCONNECT says. */
export interface Goodbye {
  readonly reason: string
  readonly properties: DisconnectProperties | undefined
  /** MQTT 5.0 §3.14.4: only a normal goodbye withdraws the will. */
  readonly keepsWill: boolean
}

export async function receivePacket(channel: PacketReceiver, packet: Packet): Promise<void> {
  const { outbox } = channel.session
  switch (packet.cmd) {
    case 'publish':
      return await receivePublish(channel, packet)
    case 'subscribe':
      return await receiveSubscribe(channel, packet)
    case 'unsubscribe':
      return await receiveUnsubscribe(channel, packet)
    case 'disconnect':
      return await receiveDisconnect(channel, packet)
    case 'puback':
      return outbox.acknowledge(packet.messageId ?? 0, packet.properties)
    case 'pubrec':
      return outbox.receive(packet.messageId ?? 0, packet.reasonCode ?? 0, packet.properties)
    case 'pubcomp':
      return outbox.complete(packet.messageId ?? 0)
    case 'pubrel':
      return receivePubrel(channel, packet.messageId ?? 0)
    case 'pingreq':
      channel.send({ cmd: 'pingresp' })
      return
    // A second CONNECT, and what only brokers send. AUTH has nothing to continue here.
    case 'connect':
    case 'connack':
    case 'suback':
    case 'unsuback':
    case 'pingresp':
    case 'auth':
      return await channel.disconnect('protocol_error')
  }
}

function receivePubrel(channel: PacketReceiver, messageId: number): void {
  const isKnown = channel.session.awaitingRelease.delete(messageId)
  const reasonCode = isKnown ? REASON.success : REASON.packet_identifier_not_found
  channel.send({ cmd: 'pubcomp', messageId, reasonCode })
}

async function receiveDisconnect(
  channel: PacketReceiver,
  packet: IDisconnectPacket,
): Promise<void> {
  const { properties, reasonCode = REASON.success } = packet
  // MQTT 5.0 §3.14.2.2.2: a session that was to end with the connection cannot be kept now.
  const keepsNow = (properties?.sessionExpiryInterval ?? 0) > 0
  if (keepsNow && channel.client.expirySeconds === 0) {
    return await channel.disconnect('protocol_error')
  }
  const isNormal = reasonCode === REASON.success
  const reason = isNormal ? 'normal' : reasonName(reasonCode)
  await channel.sayGoodbye({ reason, properties, keepsWill: !isNormal })
}
