import type { BrokerEvent } from '../events/broker-event.ts'
import { topicMatches } from '../routing/topics.ts'
import { type SinkSettings, withSinkDefaults } from '../sink/sink-settings.ts'
import {
  bytesOf,
  type Document,
  documentOf,
  millisecondsOf,
  numberOf,
  textOf,
  textsOf,
} from './document.ts'
import type { Documents } from './documents.ts'

/** The way of events that documents describe; undefined where they lead nowhere. */
export function sinkFrom(
  documents: Documents,
  first: SinkSettings | undefined,
): SinkSettings | undefined {
  const [bridge] = documents.bridges.filter(isOn)
  const [action] = documents.actions.filter(isOn)
  const connector = documents.connectors.find(({ name }) => name === action?.connector)
  const carrier = bridge ?? action
  const connection = bridge ?? connector
  if (carrier === undefined || connection === undefined || !isOn(connection)) return undefined
  const path = bridge === undefined ? textOf(documentOf(action?.parameters).path) : ''
  const options = documentOf(carrier.resource_opts)
  return {
    ...withSinkDefaults({ url: `${textOf(connection.url)}${path}` }),
    ...first,
    url: `${textOf(connection.url)}${path}`,
    headers: textsOf(connection.headers),
    poolSize: numberOf(connection.pool_size, 8),
    ttlMs: millisecondsOf(options.request_ttl, 45_000),
    bufferBytesMax: bytesOf(options.max_buffer_bytes, 268_435_456),
    inflightMax: numberOf(options.inflight_window, 100),
    selects: (event) => documents.rules.some((rule) => selects(rule, carrier, event)),
  }
}

/** Whether a rule gives an event to a carrier. */
function selects(rule: Document, carrier: Document, event: BrokerEvent): boolean {
  const actions: readonly unknown[] = Array.isArray(rule.actions) ? rule.actions : []
  return actions.includes(`${carrier.type}:${carrier.name}`) && ruleMatches(rule, event)
}

/** Whether a rule is on and about an event. */
export function ruleMatches(rule: Document, event: BrokerEvent): boolean {
  return isOn(rule) && fromOf(textOf(rule.sql)).some((from) => comesFrom(from, event))
}

function comesFrom(from: string, event: BrokerEvent): boolean {
  // `$events/client_connected`, and since 5.10 `$events/client/connected`.
  const [, name] = /^\$events\/(.*)$/.exec(from) ?? []
  if (name !== undefined) return event.event === name.replace(/[_/]/, '.')
  return event.event === 'message.publish' && topicMatches(event.topic, from)
}

/** What stands behind FROM. */
function fromOf(sql: string): readonly string[] {
  const [, from = ''] = /\bFROM\b(.*?)(?:\bWHERE\b|$)/is.exec(sql) ?? []
  return [...from.matchAll(/"([^"]*)"/g)].map(([, source = '']) => source)
}

function isOn({ enable }: Document): boolean {
  return enable !== false
}
