import type { ConnectProperties } from './properties.ts'
import type { Peer } from './wire/wire.ts'

/** Who is at the other end of a connection, and what its CONNECT said. */
export interface ClientInfo extends Peer {
  /** Which one it is connected to, or was last. */
  readonly node: string
  /** As used: assigned by the broker where the client left it empty. */
  readonly clientId: string
  /** As the CONNECT had it. */
  readonly requestedClientId: string
  readonly username: string | undefined
  readonly protocolName: string
  readonly protocolVersion: 3 | 4 | 5
  readonly isBridge: boolean
  readonly cleanStart: boolean
  /** Seconds; 0 is none. */
  readonly keepalive: number
  /** Seconds that the session outlives the connection; Infinity is for ever. */
  readonly expirySeconds: number
  /** Messages of QoS 1 and 2 that may be under way to the client at once. */
  readonly receiveMaximum: number
  readonly properties: ConnectProperties
  /** `client_attrs`: what the broker made of the CONNECT, and what the login answer added. */
  readonly attributes: Readonly<Record<string, string>>
}
