import type { ClientInfo } from '../client-info.ts'
import type { Subscription } from '../sessions/subscription.ts'
import type {
  ClientConnack,
  ClientConnected,
  ClientDisconnected,
  LoginChecked,
  SessionSubscribed,
  SessionUnsubscribed,
  TopicChecked,
} from './broker-event.ts'
import { printableProperties } from './printable-properties.ts'

export function loginChecked(
  client: ClientInfo,
  reason: string,
  isSuperuser: boolean,
): LoginChecked {
  return {
    event: 'client.check_authn_complete',
    ...clientColumns(client),
    reason_code: reason,
    is_superuser: isSuperuser,
    is_anonymous: false,
    client_attrs: client.attributes,
  }
}

export function clientConnected(client: ClientInfo, connectedAt: number): ClientConnected {
  return {
    event: 'client.connected',
    ...clientColumns(client),
    ...connectColumns(client),
    connected_at: connectedAt,
    expiry_interval: client.expirySeconds,
    receive_maximum: client.receiveMaximum,
    is_bridge: client.isBridge,
    mountpoint: UNDEFINED,
    client_attrs: client.attributes,
  }
}

/** Shows the client id that was asked for, even where another was assigned. */
export function clientConnack(client: ClientInfo, reason: string): ClientConnack {
  return {
    event: 'client.connack',
    ...clientColumns(client),
    ...connectColumns(client),
    clientid: client.requestedClientId,
    reason_code: reason,
    expiry_interval: client.expirySeconds * 1000,
  }
}

/** How a connection ended. */
export interface ConnectionEnd {
  readonly reason: string
  readonly connectedAt: number
  readonly endedAt: number
  /** Of the client's DISCONNECT, if it sent one. */
  readonly properties: object | undefined
}

export function clientDisconnected(client: ClientInfo, end: ConnectionEnd): ClientDisconnected {
  return {
    event: 'client.disconnected',
    ...clientColumns(client),
    ...protocolColumns(client),
    reason: end.reason,
    connected_at: end.connectedAt,
    disconnected_at: end.endedAt,
    disconn_props: printableProperties(end.properties),
    client_attrs: client.attributes,
  }
}

/** How a topic question was decided, and by whom. */
export type TopicCheck = Pick<TopicChecked, 'action' | 'topic' | 'result' | 'authz_source'>

export function topicChecked(client: ClientInfo, check: TopicCheck): TopicChecked {
  return {
    event: 'client.check_authz_complete',
    ...clientColumns(client),
    ...check,
    peerhost: client.peerhost,
    client_attrs: client.attributes,
  }
}

export function sessionSubscribed(
  client: ClientInfo,
  subscription: Subscription,
  properties: object | undefined,
): SessionSubscribed {
  return {
    event: 'session.subscribed',
    ...subscriptionColumns(client, subscription),
    sub_props: printableProperties(properties),
  }
}

export function sessionUnsubscribed(
  client: ClientInfo,
  subscription: Subscription,
  properties: object | undefined,
): SessionUnsubscribed {
  return {
    event: 'session.unsubscribed',
    ...subscriptionColumns(client, subscription),
    unsub_props: printableProperties(properties),
  }
}

/** What EMQX writes where it knows nothing. */
export const UNDEFINED = 'undefined'

export function clientColumns(client: ClientInfo) {
  return {
    clientid: client.clientId,
    username: client.username ?? UNDEFINED,
    peername: client.peername,
  }
}

function protocolColumns(client: ClientInfo) {
  return {
    sockname: client.sockname,
    proto_name: client.protocolName,
    proto_ver: client.protocolVersion,
  }
}

function connectColumns(client: ClientInfo) {
  return {
    ...protocolColumns(client),
    clean_start: client.cleanStart,
    keepalive: client.keepalive,
    conn_props: printableProperties(client.properties),
  }
}

function subscriptionColumns(client: ClientInfo, subscription: Subscription) {
  return {
    ...clientColumns(client),
    peerhost: client.peerhost,
    topic: subscription.filter,
    qos: subscription.qos,
    client_attrs: client.attributes,
  }
}
