import type { IDisconnectPacket, Packet } from 'mqtt-packet'
import { REASON, reasonName } from '../reason-codes.ts'
import type { PacketReceiver } from './packet-receiver.ts'
import { receivePublish } from './receive-publish.ts'
import { receiveSubscribe, receiveUnsubscribe } from './receive-subscribe.ts'

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
