import type {
  BrokerSetup,
  EventCarrier,
  EventRule,
  Gate,
  Hook,
} from '../../core/doctor/broker-setup.ts'
import type { JsonObject } from './block.ts'
import type { BrokerConfiguration } from './broker-configuration.ts'
import type { ConfigurationApi } from './configuration-api.ts'
import { CARRIER } from './desired-carrier.ts'
import { documentOf, headerAt, millisecondsIn, numberAt, textAt } from './document.ts'
import { asksHerald, PROOF_HEADER } from './hook-endpoint.ts'

/** What a broker's configuration, states and counters mean. Throws `BrokerUnreachable`. */
export async function readSetup(
  api: ConfigurationApi,
  configuration: BrokerConfiguration,
): Promise<BrokerSetup> {
  const { version, aheadMs, authentication, sources, authorization, mqtt } = configuration
  const ask = async (path: string) => documentOf((await api.call('GET', path)).body)
  const carrier = await carrierOf(ask, configuration)
  const cache = documentOf(authorization.cache)
  return {
    version,
    aheadMs,
    authenticators: await gatesOf(authentication, (one) => {
      const name = textAt(one, 'id') ?? `${one.mechanism}:${one.backend}`
      return { name, state: () => ask(`/authentication/${name}/status`) }
    }),
    sources: await gatesOf(sources, ({ type }) => {
      const name = String(type)
      return { name, state: () => ask(`/authorization/sources/${name}/status`) }
    }),
    noMatch: textAt(authorization, 'no_match') ?? 'allow',
    cacheMs: cache.enable === false ? 0 : (millisecondsIn(cache.ttl) ?? 60_000),
    mqtt: {
      hasSharedSubscriptions: mqtt.shared_subscription !== false,
      hasRetained: mqtt.retain_available !== false,
      qosMax: numberAt(mqtt, 'max_qos_allowed') ?? 2,
      sessionExpiryMs: millisecondsIn(mqtt.session_expiry_interval) ?? 7_200_000,
    },
    autoSubscriptions: configuration.autoSubscribe.map((one) => ({
      topic: textAt(one, 'topic') ?? '',
      qos: numberAt(one, 'qos') ?? 0,
    })),
    carrier,
    rules: await rulesOf(ask, configuration.rules, carrier?.name),
  }
}

type Ask = (path: string) => Promise<JsonObject>

interface NamedGate {
  readonly name: string
  readonly state: () => Promise<JsonObject>
}

function gatesOf(
  documents: readonly JsonObject[],
  named: (document: JsonObject) => NamedGate,
): Promise<readonly Gate[]> {
  return Promise.all(
    documents.map(async (document) => {
      const { name, state } = named(document)
      const isOn = document.enable !== false
      const hook = asksHerald(document) ? hookOf(document, isOn ? await state() : {}) : undefined
      return { name, isOn, hook }
    }),
  )
}

function hookOf(document: JsonObject, { status }: JsonObject): Hook {
  return {
    url: textAt(document, 'url') ?? '',
    secret: headerAt(document, PROOF_HEADER),
    timeoutMs: millisecondsIn(document.request_timeout) ?? 5_000,
    poolSize: numberAt(document, 'pool_size') ?? 8,
    fields: Object.keys(documentOf(document.body)),
    isConnected: isConnected(status),
  }
}

/** Where the broker does not say, nothing is wrong. */
function isConnected(status: unknown): boolean {
  return status === undefined || status === 'connected'
}

async function carrierOf(
  ask: Ask,
  { form, bridges, connectors, actions }: BrokerConfiguration,
): Promise<EventCarrier | undefined> {
  const isOurs = ({ name }: JsonObject) => name === CARRIER
  const carrier = (form === '5.3' ? bridges : actions).find(isOurs)
  const connection =
    form === '5.3' ? carrier : connectors.find(({ name }) => name === carrier?.connector)
  if (carrier === undefined || connection === undefined) return undefined
  const name = `${form === '5.3' ? 'webhook' : 'http'}:${CARRIER}`
  const path = form === '5.3' ? '' : (textAt(documentOf(carrier.parameters), 'path') ?? '')
  const options = documentOf(carrier.resource_opts)
  const isOn = carrier.enable !== false && connection.enable !== false
  const { metrics } = await ask(`/${form === '5.3' ? 'bridges' : 'actions'}/${name}/metrics`)
  const counted = documentOf(metrics)
  return {
    name,
    isOn,
    // What is off is not connected, and nothing else is wrong with it.
    isConnected: !isOn || (isConnected(carrier.status) && isConnected(connection.status)),
    url: `${textAt(connection, 'url') ?? ''}${path}`,
    secret: headerAt(connection, PROOF_HEADER),
    poolSize: numberAt(connection, 'pool_size') ?? 8,
    workers: numberAt(options, 'worker_pool_size') ?? 16,
    ttlMs: millisecondsIn(options.request_ttl) ?? 45_000,
    failed: numberAt(counted, 'failed') ?? 0,
    dropped: numberAt(counted, 'dropped') ?? 0,
  }
}

function rulesOf(
  ask: Ask,
  rules: readonly JsonObject[],
  carrier: string | undefined,
): Promise<readonly EventRule[]> {
  return Promise.all(
    rules.map(async (rule) => {
      const id = String(rule.id)
      const feedsHerald = Array.isArray(rule.actions) && rule.actions.includes(carrier)
      const metrics = feedsHerald ? (await ask(`/rules/${id}/metrics`)).metrics : undefined
      const failed = numberAt(documentOf(metrics), 'failed') ?? 0
      return { id, isOn: rule.enable !== false, feedsHerald, from: fromOf(rule), failed }
    }),
  )
}

function fromOf({ sql }: JsonObject): readonly string[] {
  const [, from = ''] = /\bFROM\b(.*?)(?:\bWHERE\b|$)/is.exec(String(sql)) ?? []
  return [...from.matchAll(/"([^"]*)"/g)].map(([, source = '']) => source)
}
