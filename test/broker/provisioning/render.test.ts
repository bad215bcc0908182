import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { renderBroker } from '../../../src/broker/provisioning/render.ts'
import { BROKER_FORMS, type BrokerForm } from '../../../src/broker/provisioning/wishes.ts'
import { type HoconObject, type HoconValue, isObject, readHocon } from '../../support/read-hocon.ts'
import { recordedConfiguration } from '../../support/recorded-configuration.ts'
import { someWishes } from './wishes.ts'

const FOLDERS = { '4.4': '4', '5.3': '5.3', '5.8': '5', '6.0': '6' } as const

const HOCON_FORMS = ['5.3', '5.8', '6.0'] as const

/** What is told by those who measured the brokers to decide about right and wrong, and about speed. */
const NEEDED = [
  'authentication.0.mechanism',
  'authentication.0.backend',
  'authentication.0.method',
  'authentication.0.url',
  'authentication.0.headers.content-type',
  'authentication.0.body.clientid',
  'authentication.0.body.username',
  'authentication.0.body.password',
  'authentication.0.body.peerhost',
  'authentication.0.request_timeout',
  'authentication.0.pool_size',
  'authentication.0.enable_pipelining',
  'authorization.no_match',
  'authorization.deny_action',
  'authorization.cache.ttl',
  'authorization.cache.max_size',
  'authorization.sources.0.url',
  'authorization.sources.0.body.action',
  'authorization.sources.0.body.topic',
  'authorization.sources.0.body.qos',
  'authorization.sources.0.body.retain',
  'mqtt.shared_subscription',
  'mqtt.session_expiry_interval',
  'mqtt.max_mqueue_len',
  'auto_subscribe.topics.0.topic',
  'auto_subscribe.topics.1.qos',
  'rule_engine.rules.herald_connected.sql',
  'rule_engine.rules.herald_disconnected.sql',
  'rule_engine.rules.herald_publish.sql',
  'rule_engine.rules.herald_acked.sql',
  'api_key.bootstrap_file',
]

const CARRIER = {
  '5.3': ['bridges.webhook.herald'],
  '5.8': ['connectors.http.herald', 'actions.http.herald'],
  '6.0': ['connectors.http.herald', 'actions.http.herald'],
} as const

describe('the files of emqx/', () => {
  it.each(
    BROKER_FORMS.flatMap((form) =>
      renderBroker(someWishes({ form })).map(({ name, text }) => [form, name, text] as const),
    ),
  )('are what is rendered for %s: %s', async (form, name, text) => {
    await expect(text).toMatchFileSnapshot(`../../../emqx/${FOLDERS[form]}/${name}`)
  })
})

describe.each(HOCON_FORMS)('what is rendered for EMQX %s', (form) => {
  const conf = confOf(form)

  it('is HOCON with every key that matters', () => {
    expect(NEEDED.filter((path) => valueAt(conf, path) === undefined)).toEqual([])
  })

  it('carries events over one connection, for ten minutes of outage', () => {
    const carriers = CARRIER[form].map((path) => valueAt(conf, path))
    const merged = Object.assign({}, ...carriers)

    expect(merged).toMatchObject({
      pool_size: 1,
      resource_opts: { worker_pool_size: 1, request_ttl: '10m', max_buffer_bytes: '256MB' },
    })
  })

  it('names only settings that the recorded broker has', () => {
    const known = recordedConfiguration(form === '5.3' ? '5.3.2' : '5.8.9')
    const paths = pathsOf(conf).map(anonymous)

    expect(paths.length).toBeGreaterThan(60)
    expect(paths.filter((path) => !known.has(path))).toEqual([])
  })

  it('holds no secret, but takes it from the environment', () => {
    const [, env] = renderBroker(someWishes({ form }))
    const lines = env?.text.split('\n').filter((line) => line.startsWith('export ')) ?? []

    expect(JSON.stringify(conf)).not.toContain('x-herald-secret')
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(headersOf(line)).toEqual(PROVEN)
  })
})

describe('a wish', () => {
  it('leaves out acknowledgements', () => {
    const rules = valueAt(confOf('5.8', { hasAcks: false }), 'rule_engine.rules')

    expect(Object.keys(rules ?? {})).toEqual([
      'herald_connected',
      'herald_disconnected',
      'herald_publish',
    ])
  })

  it('shows what a user sends to the other devices', () => {
    const rule = valueAt(confOf('5.8', { hasSentCopies: true }), 'rule_engine.rules.herald_sent')

    expect(rule).toMatchObject({
      actions: [{ function: 'republish', args: { topic: 'user/${writer}/sent/${reader}' } }],
    })
  })

  it('leaves subscriptions to clients', () => {
    expect(valueAt(confOf('5.8', { hasAutoSubscribe: false }), 'auto_subscribe.topics')).toEqual([])
  })
})

const PROVEN = { 'content-type': 'application/json', 'x-herald-secret': 'of-the-environment' }

/** What a shell makes of the line, and EMQX of that: the value of a variable is HOCON. */
function headersOf(line: string): HoconObject {
  const [, quoted = ''] = /^export EMQX_[A-Z0-9_]+="(.*)"$/.exec(line) ?? []
  const value = quoted.replaceAll('\\"', '"').replaceAll('${HERALD_SECRET}', 'of-the-environment')
  const { headers } = readHocon(`headers = ${value}`)
  return isObject(headers) ? headers : {}
}

function confOf(form: BrokerForm, overrides: Partial<Parameters<typeof someWishes>[0]> = {}) {
  const [conf] = renderBroker(someWishes({ form, ...overrides }))
  return readHocon(conf?.text ?? '')
}

function valueAt(conf: HoconObject, path: string): HoconValue | undefined {
  let at: HoconValue | undefined = conf
  for (const key of path.split('.')) {
    if (Array.isArray(at)) at = at[Number(key)]
    else at = isObject(at) ? at[key] : undefined
  }
  return at
}

/** Of every value. */
function pathsOf(value: HoconValue, path = ''): readonly string[] {
  if (!isObject(value) && !Array.isArray(value)) return [path]
  const entries = Object.entries(value)
  return entries.flatMap(([key, one]) => pathsOf(one, path === '' ? key : `${path}.${key}`))
}

/** With `*` for a name that its owner gives, and for a place in a list. */
function anonymous(path: string): string {
  return path
    .replace(/\.\d+/g, '.*')
    .replace(/^((?:connectors|actions)\.http|bridges\.webhook|rule_engine\.rules)\.[^.]+/, '$1.*')
    .replace(/(\.body)\.[^.]+$/, '$1.*')
}

describe('the reader of HOCON', () => {
  it.each(['5.3.2', '5.8.9'])('reads what EMQX %s was started with', (version) => {
    const url = new URL(`../../fixtures/emqx-${version}/emqx.conf`, import.meta.url)
    const conf = readHocon(readFileSync(url, 'utf8'))

    expect(valueAt(conf, 'authorization.cache.ttl')).toBe('1m')
    expect(valueAt(conf, 'authentication.0.headers.content-type')).toBe('application/json')
    expect(valueAt(conf, 'rule_engine.rules.ev_acked.sql')).toBe(
      'SELECT * FROM "$events/message_acked"',
    )
  })

  it.each(['a = ', 'a = [1', 'a { b = 1', '= 1', 'a b', 'a = "b'])('refuses %s', (text) => {
    expect(() => readHocon(text)).toThrow('expected')
  })
})
