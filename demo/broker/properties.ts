import type { IConnectPacket, IDisconnectPacket, IPublishPacket } from 'mqtt-packet'

export type ConnectProperties = NonNullable<IConnectPacket['properties']>
export type PublishProperties = NonNullable<IPublishPacket['properties']>
export type Will = NonNullable<IConnectPacket['will']>
export type WillProperties = NonNullable<Will['properties']>
export type DisconnectProperties = NonNullable<IDisconnectPacket['properties']>
