import type { BrokerSettings } from '../broker-settings.ts'
import type { RegisteredChannel } from '../channel/channel-registry.ts'

/** A client as EMQX 5.8 lists it, without the counters that nobody here reads. */
export function clientRow(channel: RegisteredChannel, settings: BrokerSettings) {
  const { client, session, connectedAt, disconnectedAt } = channel
  return {
    clientid: client.clientId,
    username: client.username ?? null,
    node: client.node,
    connected: disconnectedAt === undefined,
    connected_at: isoTime(connectedAt),
    ...(disconnectedAt === undefined ? {} : { disconnected_at: isoTime(disconnectedAt) }),
    created_at: isoTime(connectedAt),
    ip_address: client.peerhost,
    port: Number(client.peername.slice(client.peername.lastIndexOf(':') + 1)),
    proto_name: client.protocolName,
    proto_ver: client.protocolVersion,
    clean_start: client.cleanStart,
    // MQTT 5.0 §3.1.2.11.2: for ever.
    expiry_interval: Number.isFinite(client.expirySeconds) ? client.expirySeconds : 0xffff_ffff,
    keepalive: client.keepalive,
    is_bridge: client.isBridge,
    is_persistent: client.expirySeconds > 0,
    is_expired: false,
    subscriptions_cnt: session.subscriptions.size,
    subscriptions_max: 'infinity',
    client_attrs: client.attributes,
    mqueue_max: settings.queueMax,
    inflight_max: client.receiveMaximum,
    awaiting_rel_max: settings.awaitingReleaseMax,
    listener: 'tcp:default',
    mountpoint: null,
    durable: false,
  }
}

export function subscriptionRows({ client, session }: RegisteredChannel) {
  return [...session.subscriptions.values()].map((subscription) => ({
    clientid: client.clientId,
    node: client.node,
    topic: subscription.filter,
    qos: subscription.qos,
    nl: Number(subscription.noLocal),
    rap: Number(subscription.retainAsPublished),
    rh: subscription.retainHandling,
    durable: false,
  }))
}

/** `2026-11-23T19:05:01.912+00:00`. */
function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00')
}
