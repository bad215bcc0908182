/** What a broker of the fifth generation or later says of itself, as far as Herald depends on it. */
export interface BrokerSetup {
  readonly version: string
  /** How far its clock is ahead of ours; told to the second. */
  readonly aheadMs: number
  /** In the order in which they are asked. */
  readonly authenticators: readonly Gate[]
  readonly sources: readonly Gate[]
  readonly noMatch: string
  /** How long it remembers a verdict; 0 where it does not. */
  readonly cacheMs: number
  readonly mqtt: MqttSetup
  readonly autoSubscriptions: readonly { readonly topic: string; readonly qos: number }[]
  readonly carrier: EventCarrier | undefined
  readonly rules: readonly EventRule[]
}

/** Who decides about logins or topics. */
export interface Gate {
  /** `password_based:http`, `file`. */
  readonly name: string
  readonly isOn: boolean
  /** How Herald is asked; undefined where somebody else is. */
  readonly hook: Hook | undefined
}

export interface Hook {
  readonly url: string
  /** What the broker proves itself with. */
  readonly secret: string | undefined
  readonly timeoutMs: number
  readonly poolSize: number
  /** The fields of the body. */
  readonly fields: readonly string[]
  /** Whether the broker reaches the address. */
  readonly isConnected: boolean
}

export interface MqttSetup {
  readonly hasSharedSubscriptions: boolean
  readonly hasRetained: boolean
  readonly qosMax: number
  /** Of a 3.1.1 session. */
  readonly sessionExpiryMs: number
}

/** What brings events to Herald. */
export interface EventCarrier {
  /** `http:herald`, as rules name it. */
  readonly name: string
  readonly isOn: boolean
  readonly isConnected: boolean
  readonly url: string
  readonly secret: string | undefined
  readonly poolSize: number
  readonly workers: number
  /** How old an event may become before it is thrown away. */
  readonly ttlMs: number
  /** Events that were answered with a status that loses them. */
  readonly failed: number
  /** Events that were too old, or had no room. */
  readonly dropped: number
}

export interface EventRule {
  readonly id: string
  readonly isOn: boolean
  /** Whether it gives what it selects to the carrier. */
  readonly feedsHerald: boolean
  /** What stands behind FROM: topic filters, and `$events/client_connected`. */
  readonly from: readonly string[]
  /** What it could not make a row of, or not give to its action. */
  readonly failed: number
}
