import type { QoS } from 'mqtt-packet'
import type { ClientInfo } from '../client-info.ts'
import { topicMatches } from '../routing/topics.ts'
import { isObject } from './answer-body.ts'
import type { TopicAction } from './body-template.ts'

/** A topic right that came with the login answer (its `acl`), in force while the client stays. */
export interface LoginRule {
  readonly permission: 'allow' | 'deny'
  readonly action: 'publish' | 'subscribe' | 'all'
  readonly topics: readonly string[]
  readonly qos: readonly QoS[]
  readonly retain: boolean | 'all'
}

/** Reads one rule as EMQX 5.8 does, or gives undefined for one it calls malformed. */
export function readLoginRule(value: unknown): LoginRule | undefined {
  if (!isObject(value)) return undefined
  const permission = readPermission(value.permission)
  const action = readAction(value.action)
  const topics = readTopics(value)
  const qos = readQosList(value.qos)
  const retain = readRetain(value.retain)
  if (permission === undefined || action === undefined || topics === undefined) return undefined
  if (qos === undefined || retain === undefined) return undefined
  return { permission, action, topics, qos, retain }
}

/** What the first rule that matches says, or undefined where none does. */
export function decideByRules(
  rules: readonly LoginRule[],
  asked: TopicAction,
  client: ClientInfo,
): 'allow' | 'deny' | undefined {
  return rules.find((rule) => ruleMatches(rule, asked, client))?.permission
}

function ruleMatches(rule: LoginRule, asked: TopicAction, client: ClientInfo): boolean {
  if (rule.action !== 'all' && rule.action !== asked.action) return false
  if (!rule.qos.some((qos) => qos === asked.qos)) return false
  const asksRetain = asked.action === 'publish' && rule.retain !== 'all'
  if (asksRetain && rule.retain !== asked.retain) return false
  return rule.topics.some((topic) => {
    // "eq x/+" is the topic or filter "x/+" itself.
    if (topic.startsWith('eq ')) return topic.slice('eq '.length) === asked.topic
    const filter = renderTopic(topic, client)
    return filter !== undefined && topicMatches(asked.topic, filter)
  })
}

/** The topic for one client, or undefined where a placeholder has no value. */
function renderTopic(topic: string, client: ClientInfo): string | undefined {
  const values: Readonly<Record<string, string | undefined>> = {
    clientid: client.clientId,
    username: client.username,
    cert_common_name: undefined,
    zone: 'default',
  }
  let isComplete = true
  const rendered = topic.replace(/\$\{([^}]*)\}/g, (placeholder, name: string) => {
    const [, attribute] = /^client_attrs\.(.+)$/.exec(name) ?? []
    if (attribute === undefined && !(name in values)) return placeholder
    const value = attribute === undefined ? values[name] : client.attributes[attribute]
    if (value === undefined) isComplete = false
    return value ?? ''
  })
  return isComplete ? rendered : undefined
}

function readPermission(value: unknown): LoginRule['permission'] | undefined {
  return value === 'allow' || value === 'deny' ? value : undefined
}

function readAction(value: unknown): LoginRule['action'] | undefined {
  switch (value) {
    case 'pub':
    case 'publish':
      return 'publish'
    case 'sub':
    case 'subscribe':
      return 'subscribe'
    case 'all':
      return 'all'
    default:
      return undefined
  }
}

function readTopics(rule: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  if (typeof rule.topic === 'string') return [rule.topic]
  if (!Array.isArray(rule.topics)) return undefined
  const topics = rule.topics.filter((topic) => typeof topic === 'string')
  return topics.length === rule.topics.length ? topics : undefined
}

const EVERY_QOS: readonly QoS[] = [0, 1, 2]

/** A number, a list, "0,1", or nothing at all for every QoS. */
function readQosList(value: unknown): readonly QoS[] | undefined {
  if (value === undefined || value === null) return EVERY_QOS
  const wanted = typeof value === 'string' ? value.split(',') : [value].flat()
  const read = wanted.map((one) => EVERY_QOS.find((qos) => qos === one || String(qos) === one))
  const known = read.filter((qos) => qos !== undefined)
  return known.length === read.length ? known : undefined
}

function readRetain(value: unknown): LoginRule['retain'] | undefined {
  switch (value) {
    case undefined:
    case null:
    case 'all':
      return 'all'
    case true:
    case 'true':
    case 1:
    case '1':
      return true
    case false:
    case 'false':
    case 0:
    case '0':
      return false
    default:
      return undefined
  }
}
