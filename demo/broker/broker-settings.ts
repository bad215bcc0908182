import type { ClientInfo } from './client-info.ts'
import { type Clock, systemClock } from './clock.ts'
import type { BrokerEvent } from './events/broker-event.ts'
import { type BodyTemplate, LOGIN_BODY, TOPIC_BODY } from './hooks/body-template.ts'
import { CACHE_DEFAULTS, type CacheOptions } from './hooks/verdict-cache.ts'
import {
  type ManagementOptions,
  type ManagementSettings,
  withManagementDefaults,
} from './management/management-settings.ts'
import { type SinkOptions, type SinkSettings, withSinkDefaults } from './sink/sink-settings.ts'

/** All that can be said about a broker. What is left out is as in EMQX 5.8, or as below. */
export interface BrokerOptions {
  /** The node's name, as events carry it. */
  readonly node?: string
  /** Further nodes of the cluster. Their clients come through the same ports. */
  readonly otherNodes?: readonly string[]
  /** On which node a client lands while it lives; on the first one unless said otherwise. */
  readonly nodeOf?: (clientId: string) => string
  readonly host?: string
  /** 0 is any free port. */
  readonly tcpPort?: number
  readonly wsPort?: number
  readonly hooks?: HookOptions
  /** Who decides about a topic where the hook has no opinion. Ours says no; EMQX 5's default is yes. */
  readonly noMatch?: 'allow' | 'deny'
  /** Whether a client that was refused a topic stays. */
  readonly denyAction?: 'ignore' | 'disconnect'
  readonly cache?: CacheOptions | 'off'
  /** Seconds that a 3.1.1 session without `clean_session` outlives its connection. */
  readonly sessionExpirySeconds?: number
  /** Messages that wait for an offline or slow client; beyond it the oldest one goes. */
  readonly queueMax?: number
  readonly queueQos0?: boolean
  /** QoS 1 and 2 messages under way to one client, where it does not ask for fewer. */
  readonly inflightMax?: number
  /** QoS 2 messages from one client that await their PUBREL. */
  readonly awaitingReleaseMax?: number
  /** After how long an unacknowledged message is sent again; Infinity: when the client is back. */
  readonly retryMs?: number
  readonly packetBytesMax?: number
  /** Whether `$share/…` is understood. `emqx/5/herald.conf` switches it off. */
  readonly sharedSubscriptions?: boolean
  /** How long a connection may take to send its CONNECT. */
  readonly connectWaitMs?: number
  /** What every client is subscribed to unasked; `${clientid}`, `${username}` and `${host}`. */
  readonly autoSubscribe?: readonly AutoSubscription[]
  /** The `client_attrs` a client has before the login answer adds its own. */
  readonly initialAttributes?: (client: ClientInfo) => Readonly<Record<string, string>>
  readonly clock?: Clock
  /** Told of everything that happens, as it happens. Must not throw. */
  readonly onEvent?: (event: BrokerEvent) => void
  /** Where events are sent besides, by HTTP and with EMQX's patience. */
  readonly events?: SinkOptions
  /** The management API. */
  readonly management?: ManagementOptions
}

/** Where the questions go. A question without a URL is not asked. */
export interface HookOptions {
  /** Without it everybody may connect. */
  readonly connectUrl?: string
  readonly connectBody?: BodyTemplate
  /** Without it `noMatch` decides. */
  readonly topicUrl?: string
  readonly topicBody?: BodyTemplate
  readonly headers?: Readonly<Record<string, string>>
  /** EMQX's `request_timeout`; it waits half a second more. */
  readonly timeoutMs?: number
}

export interface AutoSubscription {
  readonly topic: string
  readonly qos: 0 | 1 | 2
  readonly nl?: boolean
  readonly rap?: boolean
  readonly rh?: 0 | 1 | 2
}

export type BrokerSettings = Readonly<
  Required<Omit<BrokerOptions, 'hooks' | 'events' | 'management'>>
> & {
  readonly management: ManagementSettings
  readonly events: SinkSettings | undefined
  readonly hooks: HookOptions & {
    readonly connectBody: BodyTemplate
    readonly topicBody: BodyTemplate
    readonly headers: Readonly<Record<string, string>>
    readonly timeoutMs: number
  }
}

export function withDefaults({
  hooks,
  events,
  management,
  ...options
}: BrokerOptions): BrokerSettings {
  const { node = 'herald-demo@127.0.0.1' } = options
  return {
    otherNodes: [],
    nodeOf: () => node,
    host: '127.0.0.1',
    tcpPort: 0,
    wsPort: 0,
    noMatch: 'deny',
    denyAction: 'ignore',
    cache: CACHE_DEFAULTS,
    sessionExpirySeconds: 7200,
    queueMax: 1000,
    queueQos0: true,
    inflightMax: 32,
    awaitingReleaseMax: 100,
    retryMs: Number.POSITIVE_INFINITY,
    packetBytesMax: 1_048_576,
    sharedSubscriptions: true,
    connectWaitMs: 15_000,
    autoSubscribe: [],
    initialAttributes: () => ({}),
    clock: systemClock,
    onEvent: () => {},
    ...options,
    node,
    events: events && withSinkDefaults(events),
    management: withManagementDefaults(management),
    hooks: {
      connectBody: LOGIN_BODY,
      topicBody: TOPIC_BODY,
      headers: {},
      timeoutMs: 2000,
      ...hooks,
    },
  }
}
