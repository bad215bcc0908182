/** What a broker reports, in one language for every generation. Times are milliseconds since 1970. */
export type BrokerEvent = ConnectedEvent | DisconnectedEvent | PublishedEvent | AckedEvent

/** How many clocks and takeovers a broker has: see core/presence. */
export type BrokerGeneration = 'emqx4' | 'emqx5'

export interface ConnectedEvent {
  readonly kind: 'connected'
  readonly generation: BrokerGeneration
  readonly clientId: string
  readonly username: string
  readonly node: string
  /** Address and port; EMQX 4 knows no port. */
  readonly peername: string
  readonly connectedAt: number
  /** Undefined where the broker doesn't say (EMQX 4). */
  readonly cleanStart: boolean | undefined
  /** How long the session outlives the connection. */
  readonly expirySeconds: number | undefined
  readonly keepaliveSeconds: number
}

export interface DisconnectedEvent {
  readonly kind: 'disconnected'
  readonly generation: BrokerGeneration
  readonly clientId: string
  readonly username: string
  readonly node: string
  readonly peername: string
  /** EMQX 5 before 5.8.6 doesn't say. */
  readonly connectedAt: number | undefined
  readonly disconnectedAt: number
  /** The broker's word: `normal`, `keepalive_timeout`, `takenover`, … */
  readonly reason: string
}

export interface PublishedEvent {
  readonly kind: 'published'
  readonly generation: BrokerGeneration
  /** 32 hexadecimal digits, lower case; EMQX 4 has none. */
  readonly id: string | undefined
  /** `http_api` where it was published over the broker's REST API. */
  readonly clientId: string
  readonly topic: string
  readonly qos: 0 | 1 | 2
  readonly payload: Uint8Array
  /** MQTT 5 user properties; of a name that is given twice, the last. */
  readonly userProperties: Readonly<Record<string, string>>
  readonly receivedAt: number
}

/** A device has received a QoS 1 or 2 message. */
export interface AckedEvent {
  readonly kind: 'acked'
  readonly generation: BrokerGeneration
  readonly id: string | undefined
  /** The receiver's. */
  readonly clientId: string
  readonly username: string
  readonly topic: string
}
