import type { BrokerSettings } from '../broker-settings.ts'
import type { SinkSettings } from '../sink/sink-settings.ts'
import type { Document } from './document.ts'
import type { Documents } from './documents.ts'

type CarrierDocuments = Pick<Documents, 'bridges' | 'connectors' | 'actions' | 'rules'>

/** What carries events, in the form of the version that the broker says it is. */
export function carrierDocuments({ events, management }: BrokerSettings): CarrierDocuments {
  const isBridge = hasBridges(management.version)
  const none = { bridges: [], connectors: [], actions: [] }
  if (events === undefined) return { ...none, rules: [] }
  const rules = ruleDocuments(isBridge ? 'webhook:herald' : 'http:herald')
  if (isBridge) return { ...none, bridges: [bridgeDocument(events)], rules }
  return {
    ...none,
    connectors: [connectorDocument(events)],
    actions: [actionDocument(events)],
    rules,
  }
}

/** Up to 5.3 one bridge, later a connector and an action. */
function hasBridges(version: string): boolean {
  return /^5\.[0-3]\./.test(version)
}

function bridgeDocument(events: SinkSettings): Document {
  return {
    ...connectionOf(events),
    type: 'webhook',
    url: events.url,
    method: 'post',
    max_retries: events.retriesAtOnce,
    resource_opts: resourceOptions(events),
  }
}

function connectorDocument(events: SinkSettings): Document {
  const { origin } = new URL(events.url)
  const resource_opts = { health_check_interval: '2s', start_timeout: '5s' }
  return { ...connectionOf(events), type: 'http', url: origin, resource_opts }
}

function actionDocument(events: SinkSettings): Document {
  const { pathname, search } = new URL(events.url)
  return {
    name: 'herald',
    type: 'http',
    enable: true,
    connector: 'herald',
    parameters: {
      method: 'post',
      path: `${pathname}${search}`,
      max_retries: events.retriesAtOnce,
    },
    resource_opts: resourceOptions(events),
  }
}

function connectionOf({ headers, poolSize, pipelining }: SinkSettings): Document {
  return {
    name: 'herald',
    enable: true,
    headers: { 'content-type': 'application/json', ...headers },
    connect_timeout: '2s',
    pool_size: poolSize,
    pool_type: 'random',
    enable_pipelining: pipelining,
  }
}

function resourceOptions({ ttlMs, inflightMax, bufferBytesMax }: SinkSettings): Document {
  return {
    worker_pool_size: 1,
    query_mode: 'async',
    request_ttl: `${ttlMs}ms`,
    inflight_window: inflightMax,
    max_buffer_bytes: `${bufferBytesMax}B`,
    health_check_interval: '2s',
  }
}

/** What `selected-events.ts` selects, as rules. */
function ruleDocuments(action: string): readonly Document[] {
  const selected: Readonly<Record<string, string>> = {
    herald_connected: 'SELECT * FROM "$events/client_connected"',
    herald_disconnected: 'SELECT * FROM "$events/client_disconnected"',
    herald_publish: 'SELECT *, base64_encode(payload) as payload_b64 FROM "user/#", "group/#"',
    herald_acked: 'SELECT * FROM "$events/message_acked"',
  }
  return Object.entries(selected).map(([id, sql]) => ({ id, sql, enable: true, actions: [action] }))
}
