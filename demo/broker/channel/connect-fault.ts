import type { IConnectPacket } from 'mqtt-packet'
import type { ReasonName } from '../reason-codes.ts'
import { isTopicName } from '../routing/topics.ts'

/** What is wrong with a CONNECT, in the order EMQX looks, or undefined. */
export function connectFault(packet: IConnectPacket): ReasonName | undefined {
  // MQTT 3.1 knows no empty client id; later ones take it from those who keep no session.
  const mayBeEmpty = packet.clean === true && packet.protocolVersion !== 3
  if (packet.clientId === '' && !mayBeEmpty) return 'client_identifier_not_valid'
  // MQTT 5.0 §3.1.2.11.3.
  if (packet.properties?.receiveMaximum === 0) return 'protocol_error'
  if (packet.will !== undefined && !isTopicName(packet.will.topic)) return 'topic_name_invalid'
  return undefined
}
