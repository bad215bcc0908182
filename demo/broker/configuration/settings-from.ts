import type { AutoSubscription, BrokerSettings } from '../broker-settings.ts'
import { type Document, documentOf, millisecondsOf, numberOf, textOf, textsOf } from './document.ts'
import type { Documents } from './documents.ts'

/** What documents make of the settings that the broker was started with. */
export function settingsFrom(documents: Documents, first: BrokerSettings): BrokerSettings {
  const { authorization, mqtt, sources } = documents
  const login = documents.authentication.find(
    ({ backend, enable }) => backend === 'http' && enable !== false,
  )
  const topics = sources.filter(({ enable }) => enable !== false)
  // The stock file ends in "allow all": nothing behind it is asked, nothing in front of it is refused.
  const fileAt = topics.findIndex(({ type }) => type === 'file')
  const hookAt = topics.findIndex(({ type }) => type === 'http')
  const isAsked = hookAt >= 0 && (fileAt < 0 || hookAt < fileAt)
  const asked = login ?? topics[hookAt]
  const { connectUrl: _login, topicUrl: _topics, ...hooks } = first.hooks
  return {
    ...first,
    hooks: {
      ...hooks,
      ...(login && { connectUrl: textOf(login.url), connectBody: textsOf(login.body) }),
      ...topicHook(isAsked ? topics[hookAt] : undefined),
      headers: asked === undefined ? first.hooks.headers : textsOf(asked.headers),
      timeoutMs: millisecondsOf(asked?.request_timeout, first.hooks.timeoutMs),
    },
    noMatch: fileAt >= 0 || authorization.no_match !== 'deny' ? 'allow' : 'deny',
    denyAction: authorization.deny_action === 'disconnect' ? 'disconnect' : 'ignore',
    cache: cacheOf(documentOf(authorization.cache)),
    sharedSubscriptions: mqtt.shared_subscription !== false,
    sessionExpirySeconds: millisecondsOf(mqtt.session_expiry_interval, 7_200_000) / 1000,
    queueMax: numberOf(mqtt.max_mqueue_len, first.queueMax),
    autoSubscribe: documents.autoSubscribe.map(subscriptionOf),
  }
}

/** Nothing where nobody is to be asked. */
function topicHook(source: Document | undefined) {
  return source && { topicUrl: textOf(source.url), topicBody: textsOf(source.body) }
}

function cacheOf({ enable, max_size, ttl, excludes }: Document): BrokerSettings['cache'] {
  if (enable === false) return 'off'
  const filters: readonly unknown[] = Array.isArray(excludes) ? excludes : []
  return {
    max: numberOf(max_size, 32),
    ttlMs: millisecondsOf(ttl, 60_000),
    excludes: filters.map(String),
  }
}

function subscriptionOf({ topic, qos, nl, rap, rh }: Document): AutoSubscription {
  return {
    topic: textOf(topic),
    qos: levelOf(qos),
    nl: nl === 1,
    rap: rap === 1,
    rh: levelOf(rh),
  }
}

function levelOf(value: unknown): 0 | 1 | 2 {
  return value === 1 || value === 2 ? value : 0
}
