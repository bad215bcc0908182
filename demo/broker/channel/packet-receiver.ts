import type { Packet } from 'mqtt-packet'
import type { ClientInfo } from '../client-info.ts'
import type { TopicRights } from '../hooks/topic-rights.ts'
import type { Hub } from '../hub.ts'
import type { DisconnectProperties } from '../properties.ts'
import type { ReasonName } from '../reason-codes.ts'
import type { Session } from '../sessions/session.ts'
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
