import type { PrintableProperties } from './printable-properties.ts'

/**
 * What happens in the broker, as rows of EMQX 5.8's rule engine: the same names, the same values,
 * "undefined" where there is none. Two things are left to whoever sends them on: `metadata`, which
 * names the rule, and the text form of payloads, which are bytes here.
 */
export type BrokerEvent = Happening & {
  readonly node: string
  /** Milliseconds since 1970, as are all times here. */
  readonly timestamp: number
}

/** An event before it is stamped with node and time. */
export type Happening =
  | ClientConnected
  | ClientConnack
  | ClientDisconnected
  | LoginChecked
  | TopicChecked
  | SessionSubscribed
  | SessionUnsubscribed
  | MessagePublished
  | MessageDropped
  | MessageDelivered
  | MessageAcked
  | DeliveryDropped

/** Tells the outside what happened. */
export type Report = (happening: Happening) => void

export interface ClientColumns {
  readonly clientid: string
  readonly username: string
  readonly peername: string
}

interface ProtocolColumns {
  readonly sockname: string
  readonly proto_name: string
  readonly proto_ver: number
}

type Attributes = Readonly<Record<string, string>>

export interface ClientConnected extends ClientColumns, ProtocolColumns {
  readonly event: 'client.connected'
  readonly connected_at: number
  readonly clean_start: boolean
  /** Seconds. */
  readonly expiry_interval: number
  readonly keepalive: number
  readonly receive_maximum: number
  readonly is_bridge: boolean
  readonly mountpoint: 'undefined'
  readonly conn_props: PrintableProperties
  readonly client_attrs: Attributes
}

export interface ClientConnack extends ClientColumns, ProtocolColumns {
  readonly event: 'client.connack'
  readonly reason_code: string
  readonly clean_start: boolean
  /** Milliseconds, unlike in `client.connected`. */
  readonly expiry_interval: number
  readonly keepalive: number
  readonly conn_props: PrintableProperties
}

export interface ClientDisconnected extends ClientColumns, ProtocolColumns {
  readonly event: 'client.disconnected'
  readonly reason: string
  readonly connected_at: number
  readonly disconnected_at: number
  readonly disconn_props: PrintableProperties
  readonly client_attrs: Attributes
}

export interface LoginChecked extends ClientColumns {
  readonly event: 'client.check_authn_complete'
  readonly reason_code: string
  readonly is_superuser: boolean
  readonly is_anonymous: boolean
  readonly client_attrs: Attributes
}

export interface TopicChecked extends ClientColumns {
  readonly event: 'client.check_authz_complete'
  readonly peerhost: string
  readonly action: 'publish' | 'subscribe'
  readonly topic: string
  readonly result: 'allow' | 'deny'
  readonly authz_source: TopicCheckSource
  readonly client_attrs: Attributes
}

/** Who decided: the hook or the list it gave at login, the cache, `no_match`, or superuser rights. */
export type TopicCheckSource = 'http' | 'cache' | 'default' | 'superuser'

interface SubscriptionColumns extends ClientColumns {
  readonly peerhost: string
  readonly topic: string
  readonly qos: number
  readonly client_attrs: Attributes
}

export interface SessionSubscribed extends SubscriptionColumns {
  readonly event: 'session.subscribed'
  readonly sub_props: PrintableProperties
}

export interface SessionUnsubscribed extends SubscriptionColumns {
  readonly event: 'session.unsubscribed'
  readonly unsub_props: PrintableProperties
}

interface MessageColumns extends ClientColumns {
  readonly id: string
  readonly peerhost: string
  readonly topic: string
  readonly qos: number
  readonly flags: MessageFlags
  readonly payload: Buffer
  readonly pub_props: PrintableProperties
  readonly publish_received_at: number
}

export interface MessageFlags {
  readonly retain: boolean
  readonly dup: boolean
  /** There where the subscription asked for no-local. */
  readonly nl?: true
}

export interface MessagePublished extends MessageColumns {
  readonly event: 'message.publish'
  readonly client_attrs: Attributes
}

export interface MessageDropped extends MessageColumns {
  readonly event: 'message.dropped'
  readonly reason: string
}

/** `clientid` and the like are the receiver's here. */
interface DeliveryColumns extends MessageColumns {
  readonly from_clientid: string
  readonly from_username: string
}

export interface MessageDelivered extends DeliveryColumns {
  readonly event: 'message.delivered'
}

export interface MessageAcked extends DeliveryColumns {
  readonly event: 'message.acked'
  readonly puback_props: PrintableProperties
}

export interface DeliveryDropped extends DeliveryColumns {
  readonly event: 'delivery.dropped'
  readonly reason: DeliveryDropReason
}

export type DeliveryDropReason = 'queue_full' | 'qos0_msg' | 'expired' | 'no_local'
