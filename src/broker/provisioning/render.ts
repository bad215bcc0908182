import type { RenderedFile } from '../../core/ports/provisioning.ts'
import { type Block, block, set } from './block.ts'
import { type DesiredBroker, desiredBroker } from './desired-broker.ts'
import { CARRIER } from './desired-carrier.ts'
import { emqx4Files } from './emqx4-files.ts'
import { PROOF_HEADER } from './hook-endpoint.ts'
import type { BrokerWishes } from './wishes.ts'
import { commentOf, writeHocon } from './write-hocon.ts'

/** The files that set a broker up, for those who keep configuration in files. */
export function renderBroker(wishes: BrokerWishes): readonly RenderedFile[] {
  if (wishes.form === '4.4') return emqx4Files(wishes)
  const desired = desiredBroker(wishes)
  const conf = [...commentOf(INTRODUCTION[wishes.form]), '', writeHocon(confOf(desired))]
  return [
    { name: 'herald.conf', text: conf.join('\n') },
    { name: 'herald.env', text: envOf(desired) },
  ]
}

const COMMON = `Made by "herald emqx render"; change what you wish for there, and render again.

Have it read at the end of etc/emqx.conf, and take out what is there under the same names: include "herald.conf". What stands in files wins over what was set by API or dashboard whenever a node starts. The broker's proof is a secret and comes from the environment: see herald.env. Start Herald first: a broker that boots while Herald is away asks again only after 12 s.`

const INTRODUCTION = {
  '5.3': `EMQX 5.0 to 5.3 ask Herald who may log in and who may use which topic, and report what happens.\n\n${COMMON}`,
  '5.8': `EMQX 5.4 and later ask Herald who may log in and who may use which topic, and report what happens.\n\n${COMMON}`,
  '6.0': `EMQX 6 asks Herald who may log in and who may use which topic, and reports what happens.\n\n${COMMON}`,
}

function confOf(desired: DesiredBroker): Block {
  return block(
    set(
      'authentication',
      [desired.authenticator],
      'One authenticator, and nothing behind it: what Herald does not answer, the next one would decide.',
    ),
    set(
      'authorization',
      block(
        ...desired.authorization.entries,
        set(
          'sources',
          [desired.authorizer],
          'One source only. The stock file source (etc/acl.conf) ends in "allow all": it must go.',
        ),
      ),
    ),
    set('mqtt', desired.mqtt),
    set(
      'auto_subscribe.topics',
      desired.autoSubscribe,
      'Every client is subscribed to what is its own, without a call to the API. At most 20 topics, the same for all; at QoS 1, for at QoS 0 nothing is acknowledged and nothing waits for a device that is away.',
    ),
    ...carrierEntries(desired),
    set(
      'rule_engine.rules',
      block(
        ...desired.rules.map(({ id, why, sql, actions }) =>
          set(id, block(set('enable', true), set('sql', sql), set('actions', actions)), why),
        ),
      ),
      'What is reported to Herald, which columns of it, and by which action.',
    ),
    set('api_key.bootstrap_file', 'etc/herald-api-key', API_KEY_WHY),
  )
}

const API_KEY_WHY =
  'The API key that Herald calls the broker with: a file with the one line herald:<secret>, made before the first start and readable by the broker alone; the same secret is HERALD_EMQX_API_SECRET. Keys that are there already are left as they are.'

const CARRIER_WHY =
  'What happens is reported to Herald: who is online, and whom a message has not reached.'

function carrierEntries({ carrier }: DesiredBroker) {
  if (carrier.kind === 'bridge') {
    return [set(`bridges.webhook.${CARRIER}`, carrier.bridge, CARRIER_WHY)]
  }
  return [
    set(`connectors.http.${CARRIER}`, carrier.connector, CARRIER_WHY),
    set(`actions.http.${CARRIER}`, carrier.action),
  ]
}

const ENV_INTRODUCTION = `EMQX takes settings from variables of its environment, which win over its files; they are HOCON. These add the proof of the broker. Set HERALD_SECRET, one of HERALD_HOOK_SECRETS, and either have the shell read this file before it starts the broker, or name it as env_file of a Compose service. A broker without them is refused by Herald.`

function envOf({ carrier }: DesiredBroker): string {
  const names = [
    'EMQX_AUTHENTICATION__1__HEADERS',
    'EMQX_AUTHORIZATION__SOURCES__1__HEADERS',
    carrier.kind === 'bridge'
      ? 'EMQX_BRIDGES__WEBHOOK__HERALD__HEADERS'
      : 'EMQX_CONNECTORS__HTTP__HERALD__HEADERS',
  ]
  const value = `{ \\"content-type\\" = \\"application/json\\", \\"${PROOF_HEADER}\\" = \\"\${HERALD_SECRET}\\" }`
  const comment = commentOf(ENV_INTRODUCTION).map((line) => line.replace('##', '#'))
  return [...comment, ...names.map((name) => `export ${name}="${value}"`), ''].join('\n')
}
