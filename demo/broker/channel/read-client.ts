import { randomBytes } from 'node:crypto'
import type { IConnectPacket } from 'mqtt-packet'
import type { BrokerSettings } from '../broker-settings.ts'
import type { ClientInfo } from '../client-info.ts'
import type { Nodes } from '../nodes.ts'
import type { Peer } from '../wire/wire.ts'

/** Who connects, from what the CONNECT says and the settings add. */
export function readClient(
  packet: IConnectPacket,
  peer: Peer,
  settings: BrokerSettings,
  nodes: Nodes,
): ClientInfo {
  const { inflightMax } = settings
  const clientId = packet.clientId === '' ? assignedClientId() : packet.clientId
  const client: ClientInfo = {
    ...peer,
    node: nodes.place(clientId),
    clientId,
    requestedClientId: packet.clientId,
    username: packet.username,
    protocolName: packet.protocolId ?? 'MQTT',
    protocolVersion: packet.protocolVersion ?? 4,
    isBridge: 'bridgeMode' in packet && packet.bridgeMode === true,
    cleanStart: packet.clean ?? false,
    keepalive: packet.keepalive ?? 0,
    expirySeconds: expirySeconds(packet, settings),
    receiveMaximum: Math.min(packet.properties?.receiveMaximum ?? inflightMax, inflightMax),
    properties: packet.properties ?? {},
    attributes: {},
  }
  return { ...client, attributes: settings.initialAttributes(client) }
}

/** 16 characters, as EMQX assigns where the client id is empty. */
function assignedClientId(): string {
  return randomBytes(12).toString('base64url')
}

/** MQTT 5.0 §3.1.2.11.2: this value is for ever. */
const NEVER_EXPIRES = 0xffff_ffff

function expirySeconds(packet: IConnectPacket, settings: BrokerSettings): number {
  if (packet.protocolVersion !== 5) {
    return packet.clean === true ? 0 : settings.sessionExpirySeconds
  }
  const seconds = packet.properties?.sessionExpiryInterval ?? 0
  return seconds === NEVER_EXPIRES ? Number.POSITIVE_INFINITY : seconds
}
