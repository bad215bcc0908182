import type { BrokerSettings } from '../broker-settings.ts'
import type { Document } from './document.ts'
import type { Documents } from './documents.ts'
import { carrierDocuments } from './first-carrier.ts'

/** What an EMQX would say of itself that was started with these settings. */
export function firstDocuments(settings: BrokerSettings): Documents {
  const { hooks, cache, autoSubscribe } = settings
  const asking = {
    enable: true,
    method: 'post',
    headers: { 'content-type': 'application/json', ...hooks.headers },
    connect_timeout: '2s',
    request_timeout: `${hooks.timeoutMs}ms`,
    pool_size: 8,
    enable_pipelining: 100,
  }
  const { connectUrl: url, topicUrl } = hooks
  const password = { mechanism: 'password_based', backend: 'http' }
  return {
    authentication:
      url === undefined
        ? []
        : [{ id: 'password_based:http', ...password, url, body: hooks.connectBody, ...asking }],
    sources:
      topicUrl === undefined
        ? []
        : [{ type: 'http', url: topicUrl, body: hooks.topicBody, ...asking }],
    authorization: {
      no_match: settings.noMatch,
      deny_action: settings.denyAction,
      cache:
        cache === 'off'
          ? { enable: false, max_size: 32, ttl: '1m', excludes: [] }
          : {
              enable: true,
              max_size: cache.max,
              ttl: `${cache.ttlMs}ms`,
              excludes: cache.excludes,
            },
    },
    mqtt: mqttDocument(settings),
    autoSubscribe: autoSubscribe.map(({ nl = false, rap = false, rh = 0, ...one }) => ({
      ...one,
      nl: Number(nl),
      rap: Number(rap),
      rh,
    })),
    ...carrierDocuments(settings),
  }
}

function mqttDocument(settings: BrokerSettings): Document {
  return {
    max_inflight: settings.inflightMax,
    max_mqueue_len: settings.queueMax,
    max_qos_allowed: 2,
    mqueue_store_qos0: settings.queueQos0,
    retain_available: true,
    session_expiry_interval: `${settings.sessionExpirySeconds}s`,
    shared_subscription: settings.sharedSubscriptions,
    upgrade_qos: false,
    wildcard_subscription: true,
  }
}
