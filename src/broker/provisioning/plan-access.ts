import { type JsonObject, jsonOf } from './block.ts'
import type { BrokerConfiguration } from './broker-configuration.ts'
import type { DesiredBroker } from './desired-broker.ts'
import { differences } from './differences.ts'
import { documentOf, textAt } from './document.ts'
import { asksHerald } from './hook-endpoint.ts'
import { own, type PlannedStep, shared } from './planned-step.ts'

const AUTHENTICATOR = 'password_based:http'

/** Who decides about topics: Herald first, then nobody else, then no. */
export function planTopics(desired: DesiredBroker, there: BrokerConfiguration): PlannedStep[] {
  const wanted = jsonOf(desired.authorizer)
  const sources = there.sources
  const at = sources.findIndex(({ type }) => type === 'http')
  const others = sources.filter(({ type }) => type !== 'http')
  const path = '/authorization/sources/http'
  return [
    ...planGate(wanted, sources[at], {
      what: 'the authorization source http',
      add: '/authorization/sources',
      replace: path,
    }),
    ...(at > 0 ? [moveToFront('the authorization source http', `${path}/move`, 'POST')] : []),
    ...others.map((source) => removedSource(String(source.type))),
    ...planSettings(jsonOf(desired.authorization), there.authorization),
  ]
}

function removedSource(type: string): PlannedStep {
  return shared('remove', {
    what: `the authorization source ${type}`,
    why:
      type === 'file'
        ? 'The stock file ends in "allow all", and what Herald does not answer would be allowed.'
        : 'It would decide what Herald does not answer, in an outage above all.',
    call: { method: 'DELETE', path: `/authorization/sources/${type}` },
  })
}

/** What nobody asked to change stays: the call replaces all of them. */
function planSettings(wanted: JsonObject, there: JsonObject): PlannedStep[] {
  const details = differences(wanted, there)
  if (details.length === 0) return []
  const cache = { ...documentOf(there.cache), ...documentOf(wanted.cache) }
  return [
    shared('change', {
      what: 'the settings of authorization',
      details,
      why: 'What Herald does not answer must be refused, and a right that is withdrawn must not live on.',
      call: {
        method: 'PUT',
        path: '/authorization/settings',
        body: { ...there, ...wanted, cache },
      },
    }),
  ]
}

/** Who decides about logins: Herald, and nobody else. */
export function planLogins(desired: DesiredBroker, there: BrokerConfiguration): PlannedStep[] {
  const chain = there.authentication
  const isOurs = ({ mechanism, backend }: JsonObject) => `${mechanism}:${backend}` === AUTHENTICATOR
  const at = chain.findIndex(isOurs)
  const isBehind = at > 0 || (at < 0 && chain.length > 0)
  const what = `the authenticator ${AUTHENTICATOR}`
  const path = `/authentication/${AUTHENTICATOR}`
  return [
    ...planGate(jsonOf(desired.authenticator), chain[at], {
      what,
      add: '/authentication',
      replace: path,
    }),
    ...(isBehind ? [moveToFront(what, `${path}/position/front`, 'PUT')] : []),
    ...chain
      .filter((one) => !isOurs(one))
      .map((one) => removedAuthenticator(textAt(one, 'id') ?? `${one.mechanism}:${one.backend}`)),
  ]
}

function removedAuthenticator(id: string): PlannedStep {
  return shared('remove', {
    what: `the authenticator ${id}`,
    why: 'It would let in whom Herald does not answer for, or refuse whom Herald would let in.',
    call: { method: 'DELETE', path: `/authentication/${id}` },
  })
}

interface Gate {
  readonly what: string
  readonly add: string
  readonly replace: string
}

/** A broker has one of each kind at most, so another's HTTP server has to give way. */
function planGate(
  wanted: JsonObject,
  there: JsonObject | undefined,
  { what, add, replace }: Gate,
): PlannedStep[] {
  if (there === undefined) {
    return [own('add', { what, call: { method: 'POST', path: add, body: wanted } })]
  }
  const details = differences(wanted, there)
  if (details.length === 0) return []
  const call = { method: 'PUT', path: replace, body: wanted } as const
  if (asksHerald(there)) return [own('change', { what, details, call })]
  const why = `It asks ${textAt(there, 'url')}, and a broker has one of this kind at most.`
  return [shared('change', { what, details, why, call })]
}

/** A source is moved by a body, an authenticator by a path. */
function moveToFront(what: string, path: string, method: 'POST' | 'PUT'): PlannedStep {
  const body = method === 'POST' ? { body: { position: 'front' } } : {}
  return own('move', { what, details: ['to the front'], call: { method, path, ...body } })
}
