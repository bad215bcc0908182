/** What Herald asks of the broker, whose generations speak their own language (`broker/management`). */
export interface BrokerControl {
  /** What the broker is, for messages to the operator and for what only some versions can do. */
  capabilities(signal: AbortSignal): Promise<BrokerAnswer<BrokerCapabilities>>
  /** `absent`: neither a connection nor a session that outlived one. */
  readClient(clientId: string, signal: AbortSignal): Promise<BrokerAnswer<BrokerClient>>
  /** Connections and sessions; `after` is the `next` of the page before. */
  listClients(
    after: string | undefined,
    signal: AbortSignal,
  ): Promise<BrokerAnswer<BrokerClientPage>>
  subscriptionsOf(
    clientId: string,
    signal: AbortSignal,
  ): Promise<BrokerAnswer<readonly BrokerSubscription[]>>
  /**
   * In one call, at QoS 1, without retained messages where the subscription is there already. The broker
   * does not check filters, and a malformed one breaks its own lists: whoever calls has checked them.
   */
  subscribe(
    clientId: string,
    filters: readonly string[],
    signal: AbortSignal,
  ): Promise<BrokerAnswer<undefined>>
  unsubscribe(
    clientId: string,
    filters: readonly string[],
    signal: AbortSignal,
  ): Promise<BrokerAnswer<undefined>>
  /** Ends the connection and the session with everything that waits in it. */
  endSession(clientId: string, signal: AbortSignal): Promise<BrokerAnswer<undefined>>
  /** Forgets which topics the client was told it may use, so that it is asked about again. */
  clearTopicCache(clientId: string, signal: AbortSignal): Promise<BrokerAnswer<undefined>>
  /** The same for every client, after an outage of ours. */
  clearTopicCaches(signal: AbortSignal): Promise<BrokerAnswer<undefined>>
  publish(message: BrokerMessage, signal: AbortSignal): Promise<BrokerAnswer<undefined>>
  close(): Promise<void>
}

export type BrokerAnswer<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  /** The broker knows no such client (yet: it may say so just after a connect). */
  | { readonly kind: 'absent' }
  /** Not now: no connection, no answer in time, 429, 5xx. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs?: number }
  /** Never, until somebody mends it: a wrong key, a call this version does not know. */
  | { readonly kind: 'refused'; readonly reason: string }

export interface BrokerCapabilities {
  readonly generation: 'emqx4' | 'emqx5'
  readonly version: string
  readonly nodes: readonly string[]
}

export interface BrokerClient {
  readonly clientId: string
  /** As it logged in: the uid. */
  readonly username: string
  readonly node: string
  readonly isConnected: boolean
  readonly peername: string | undefined
  /** Milliseconds since 1970, as are all times here. */
  readonly connectedAt: number | undefined
  readonly isCleanStart: boolean | undefined
  /** How long the session outlives its connection. */
  readonly expirySeconds: number | undefined
  readonly subscriptionsCount: number | undefined
}

export interface BrokerClientPage {
  readonly clients: readonly BrokerClient[]
  /** Undefined on the last page. */
  readonly next: string | undefined
}

export interface BrokerSubscription {
  readonly filter: string
  readonly qos: 0 | 1 | 2
}

export interface BrokerMessage {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  /** MQTT 5 user properties. */
  readonly userProperties?: Readonly<Record<string, string>>
}
