import type { IConnackPacket } from 'mqtt-packet'
import type { BrokerSettings } from '../broker-settings.ts'
import type { ClientInfo } from '../client-info.ts'
import { REASON, type ReasonName, returnCode } from '../reason-codes.ts'
import { INBOUND_ALIAS_MAX } from './topic-aliases.ts'

/** The CONNACK that turns a client away. */
export function refusal(client: ClientInfo, reason: ReasonName): IConnackPacket {
  if (client.protocolVersion !== 5) {
    return { cmd: 'connack', returnCode: returnCode(reason), sessionPresent: false }
  }
  return { cmd: 'connack', reasonCode: REASON[reason], sessionPresent: false }
}

/** The CONNACK that lets a client in, with what EMQX 5.8 announces in it. */
export function welcome(
  client: ClientInfo,
  sessionPresent: boolean,
  settings: BrokerSettings,
): IConnackPacket {
  if (client.protocolVersion !== 5) return { cmd: 'connack', returnCode: 0, sessionPresent }
  const properties = {
    receiveMaximum: client.receiveMaximum,
    retainAvailable: true,
    maximumPacketSize: settings.packetBytesMax,
    topicAliasMaximum: INBOUND_ALIAS_MAX,
    wildcardSubscriptionAvailable: true,
    subscriptionIdentifiersAvailable: true,
    sharedSubscriptionAvailable: settings.sharedSubscriptions,
    // MQTT 5.0 §3.2.2.3.7.
    ...(client.requestedClientId === '' ? { assignedClientIdentifier: client.clientId } : {}),
  }
  return { cmd: 'connack', reasonCode: REASON.success, sessionPresent, properties }
}
