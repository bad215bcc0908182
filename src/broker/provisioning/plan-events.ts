import { type Json, type JsonObject, jsonOf } from './block.ts'
import type { BrokerConfiguration } from './broker-configuration.ts'
import type { DesiredBroker } from './desired-broker.ts'
import { CARRIER } from './desired-carrier.ts'
import type { DesiredRule } from './desired-rules.ts'
import { differences } from './differences.ts'
import { own, type PlannedStep } from './planned-step.ts'

/** What carries events, before the rules that name it. */
export function planCarrier(desired: DesiredBroker, there: BrokerConfiguration): PlannedStep[] {
  const { carrier } = desired
  if (carrier.kind === 'bridge') {
    return planNamed('bridge', 'webhook', '/bridges', jsonOf(carrier.bridge), there.bridges)
  }
  const connector = jsonOf(carrier.connector)
  const action = jsonOf(carrier.action)
  return [
    ...planNamed('connector', 'http', '/connectors', connector, there.connectors),
    ...planNamed('action', 'http', '/actions', action, there.actions),
  ]
}

function planNamed(
  kind: string,
  type: string,
  path: string,
  wanted: JsonObject,
  all: readonly JsonObject[],
): PlannedStep[] {
  const what = `the ${kind} ${type}:${CARRIER}`
  const there = all.find((one) => one.name === CARRIER && isOfType(one, type))
  if (there === undefined) {
    const body = { type, name: CARRIER, ...wanted }
    return [own('add', { what, call: { method: 'POST', path, body } })]
  }
  const details = differences(wanted, there)
  if (details.length === 0) return []
  const call = { method: 'PUT', path: `${path}/${type}:${CARRIER}`, body: wanted } as const
  return [own('change', { what, details, call })]
}

/** EMQX shows a bridge that was made as `webhook` as `http` from 5.3.2 on. */
function isOfType({ type }: JsonObject, wanted: string): boolean {
  return type === wanted || (wanted === 'webhook' && type === 'http')
}

/** The rules whose names begin with `herald_`, and no others. */
export function planRules(desired: DesiredBroker, { rules }: BrokerConfiguration): PlannedStep[] {
  const isWanted = ({ id }: JsonObject) => desired.rules.some((rule) => rule.id === id)
  const surplus = rules.filter((rule) => /^herald_/.test(String(rule.id)) && !isWanted(rule))
  return [
    ...desired.rules.flatMap((rule) => planRule(rule, rules)),
    ...surplus.map(({ id }) =>
      own('remove', {
        what: `the rule ${id}`,
        call: { method: 'DELETE', path: `/rules/${id}` },
      }),
    ),
  ]
}

function planRule({ id, sql, why, actions }: DesiredRule, rules: readonly JsonObject[]) {
  const body: JsonObject = { sql, enable: true, actions: actions.map(actionJson) }
  const there = rules.find((rule) => rule.id === id)
  const what = `the rule ${id}`
  if (there === undefined) {
    const call = { method: 'POST', path: '/rules', body: { id, ...body } } as const
    return [own('add', { what, why, call })]
  }
  const details = differences(body, there)
  if (details.length === 0) return []
  return [own('change', { what, details, call: { method: 'PUT', path: `/rules/${id}`, body } })]
}

function actionJson(action: DesiredRule['actions'][number]): Json {
  return typeof action === 'string' ? action : jsonOf(action)
}
