import { describe, expect, it } from 'vitest'
import { ConfigFaults } from '../../src/config/config-faults.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { MESSAGE_KINDS } from '../../src/core/reach/chat-message.ts'
import { complaintsAbout, faultsOf, sourcesOf } from './config-world.ts'

const HOOK_SECRET = 'a-hook-secret-0123456789'
const BROKER_URL_FAULTS = [
  'emqx:18083',
  'ftp://emqx',
  'http://emqx.example:18083',
  'http://8.8.8.8:18083',
  'http://172.32.0.1:18083',
  'http://[2001:db8::1]:18083',
  'https://emqx.example/api/v5',
  'https://emqx.example/?a=b',
  'https://herald:hunter2@emqx.example',
]
const API_SECRET = 'an-api-secret'
const LINK_SECRET = 'a-link-secret-of-32-bytes-or-more'
const TICKET_SECRET = 'a-ticket-secret-of-at-least-32-bytes'

function laddersOf(steps: readonly object[]) {
  return Object.fromEntries(MESSAGE_KINDS.map((kind) => [kind, steps]))
}

describe('where settings come from', () => {
  it('needs none: everything has a default that is safe on one machine', () => {
    expect(loadConfig(sourcesOf({}))).toEqual({
      dataDir: '.herald',
      roles: ['hooks', 'worker', 'sweeper', 'callbacks', 'broker'],
      http: { host: '127.0.0.1', port: 8080 },
      hooks: { secrets: [], allow: [], deadlineMs: 2000 },
      access: { strangers: 'deny', contactPolicy: 'everyone', groupSubscription: 'all' },
      logins: {
        links: ['secret', 'password'],
        password: { memoryMax: 100_000, memoryTtlMs: 43_200_000, queueMax: 256 },
        devices: { max: 10, selfRegistration: true },
        throttle: { enabled: true, proxyAddresses: [] },
      },
      events: { payloadEncoding: 'plain', queueMax: 20_000 },
      sessions: { autoSubscribe: false, sweepMs: 300_000 },
      reach: {
        devices: 'user-offline',
        desktopDelayMs: 120_000,
        presenceGraceMs: 0,
        ladders: laddersOf([{ channel: 'push', afterMs: 0 }]),
        ladderStopsOnAccepted: true,
        mentionAll: 'admins',
        ttlSeconds: { byDefault: 86_400, senderMax: 604_800 },
        quietSpreadMs: 60_000,
        coalesceMs: 3000,
        digestMs: 600_000,
        halfOpenGroupMax: 100,
      },
      late: { isOn: true },
      delivery: { concurrency: 100, attemptsMax: 8, locale: 'en' },
      providers: {},
      addressMaxAgeMs: 23_328_000_000,
      retentionMs: 604_800_000,
      pool: { max: 10 },
      log: { level: 'info' },
      shutdownMs: 10_000,
    })
  })

  it('takes the environment before .env, and a flag before both', () => {
    const config = loadConfig({
      flags: { HERALD_PORT: '1' },
      env: { HERALD_PORT: '2', HERALD_HOST: '127.0.0.2' },
      envFile: { HERALD_PORT: '3', HERALD_HOST: '127.0.0.3', HERALD_POOL_MAX: '33' },
    })

    expect(config.http).toEqual({ port: 1, host: '127.0.0.2' })
    expect(config.pool.max).toBe(33)
  })

  it('takes an empty text for the default, also over a text in .env', () => {
    const config = loadConfig(
      sourcesOf({ env: { HERALD_PORT: ' ' }, envFile: { HERALD_PORT: '9000' } }),
    )

    expect(config.http.port).toBe(8080)
  })

  it('ignores the white space around a text, such as the line end of a mounted secret', () => {
    const config = loadConfig(sourcesOf({ env: { HERALD_HOOK_SECRETS: ` ${HOOK_SECRET}\n` } }))

    expect(config.hooks.secrets).toEqual([HOOK_SECRET])
  })

  it('reads every setting that has one', () => {
    const config = loadConfig(
      sourcesOf({
        env: {
          DATABASE_URL: 'postgresql://herald@db/herald',
          HERALD_DATA_DIR: '/data',
          HERALD_ROLES: 'worker, hooks',
          HERALD_HOST: '::',
          HERALD_HOOK_SECRETS: `${HOOK_SECRET}, ${HOOK_SECRET}2`,
          HERALD_HOOK_ALLOW: '10.0.0.7,fd00::/8',
          HERALD_HOOK_DEADLINE: '1500ms',
          HERALD_STRANGERS: 'ignore',
          HERALD_CONTACT_POLICY: 'contacts',
          HERALD_GROUP_SUBSCRIPTION: 'inbox',
          HERALD_LOGINS: 'password,ticket',
          HERALD_DEVICES_MAX: '3',
          HERALD_DEVICE_SELF_REGISTRATION: 'off',
          HERALD_LOGIN_THROTTLE: 'off',
          HERALD_PROXY_ADDRESSES: '10.1.0.0/16',
          HERALD_TICKET_SECRETS: TICKET_SECRET,
          HERALD_TICKET_TTL: '1h',
          HERALD_PASSWORD_MEMORY_SIZE: '0',
          HERALD_PASSWORD_MEMORY_TTL: '1d',
          HERALD_PASSWORD_QUEUE_MAX: '5',
          HERALD_PAYLOAD_ENCODING: 'base62',
          HERALD_EVENT_QUEUE_MAX: '77',
          HERALD_REACH_DEVICES: 'desktop-first',
          HERALD_DESKTOP_DELAY: '1m',
          HERALD_PRESENCE_GRACE: '5s',
          HERALD_RETENTION: '3d',
          HERALD_COALESCE_WINDOW: '0s',
          HERALD_DIGEST_WINDOW: '0s',
          HERALD_ACK_WITHIN: '30s',
          HERALD_LATE_PUSH: 'on',
          HERALD_LATE_PUSH_GROUP_MAX: '7',
          HERALD_LADDER: 'push; 10m sms; 1h email | invitation: email',
          HERALD_LADDER_STOPS_ON_ACCEPTED: 'off',
          HERALD_MENTION_ALL: 'members',
          HERALD_MESSAGE_TTL: '12h',
          HERALD_MESSAGE_TTL_MAX: '2d',
          HERALD_QUIET_SPREAD: '2m',
          HERALD_DEFAULT_LOCALE: 'zh-cn',
          HERALD_TEMPLATES_DIR: 'words',
          HERALD_WORKER_CONCURRENCY: '9',
          HERALD_DELIVERY_ATTEMPTS_MAX: '4',
          HERALD_STUB_FILE: '/tmp/stub.jsonl',
          HERALD_PROVIDERS_FILE: '/etc/herald/providers.json',
          HERALD_PUBLIC_URL: 'https://Herald.example/push/',
          HERALD_LINK_SECRET: LINK_SECRET,
          HERALD_ADDRESS_MAX_AGE: '30d',
          HERALD_EMQX_API_URL: 'http://emqx:18083/',
          HERALD_EMQX_API_KEY: 'herald',
          HERALD_EMQX_API_SECRET: API_SECRET,
          HERALD_EMQX_API_GENERATION: '4',
          HERALD_EMQX_API_CONCURRENCY: '3',
          HERALD_POOL_MAX: '20',
          HERALD_LOG_LEVEL: 'warn',
          HERALD_SHUTDOWN_TIMEOUT: '30s',
        },
      }),
    )

    expect(config).toEqual({
      databaseUrl: 'postgresql://herald@db/herald',
      dataDir: '/data',
      roles: ['hooks', 'worker'],
      http: { host: '::', port: 8080 },
      hooks: {
        secrets: [HOOK_SECRET, `${HOOK_SECRET}2`],
        allow: ['10.0.0.7', 'fd00::/8'],
        deadlineMs: 1500,
      },
      brokerApi: {
        url: 'http://emqx:18083',
        key: 'herald',
        secret: API_SECRET,
        generation: '4',
        concurrency: 3,
      },
      access: { strangers: 'ignore', contactPolicy: 'contacts', groupSubscription: 'inbox' },
      logins: {
        links: ['ticket', 'password'],
        ticket: { secrets: [TICKET_SECRET], ttlMs: 3_600_000 },
        password: { memoryMax: 0, memoryTtlMs: 86_400_000, queueMax: 5 },
        devices: { max: 3, selfRegistration: false },
        throttle: { enabled: false, proxyAddresses: ['10.1.0.0/16'] },
      },
      events: { payloadEncoding: 'base62', queueMax: 77 },
      sessions: { autoSubscribe: false, sweepMs: 300_000 },
      reach: {
        devices: 'desktop-first',
        desktopDelayMs: 60_000,
        presenceGraceMs: 5000,
        ladders: {
          ...laddersOf([
            { channel: 'push', afterMs: 0 },
            { channel: 'sms', afterMs: 600_000 },
            { channel: 'email', afterMs: 3_600_000 },
          ]),
          invitation: [{ channel: 'email', afterMs: 0 }],
        },
        ladderStopsOnAccepted: false,
        mentionAll: 'members',
        ttlSeconds: { byDefault: 43_200, senderMax: 172_800 },
        quietSpreadMs: 120_000,
        coalesceMs: 0,
        digestMs: 0,
        halfOpenGroupMax: 7,
      },
      late: { isOn: true, ackWithinMs: 30_000 },
      delivery: {
        concurrency: 9,
        attemptsMax: 4,
        locale: 'zh-CN',
        templatesDir: 'words',
        stubFile: '/tmp/stub.jsonl',
      },
      providers: {
        file: '/etc/herald/providers.json',
        publicUrl: 'https://herald.example/push',
        linkSecret: LINK_SECRET,
      },
      retentionMs: 259_200_000,
      addressMaxAgeMs: 2_592_000_000,
      pool: { max: 20 },
      log: { level: 'warn' },
      shutdownMs: 30_000,
    })
  })
})

describe('late pushes that are switched off', () => {
  it('await no acknowledgement, of whatever group', () => {
    const { late, reach } = loadConfig(sourcesOf({ env: { HERALD_LATE_PUSH: 'off' } }))

    expect(late).toEqual({ isOn: false })
    expect(reach.halfOpenGroupMax).toBe(0)
  })
})

describe('what stops the start', () => {
  it('names every fault at once, each with its fix', () => {
    const faults = faultsOf({
      DATABASE_URL: 'mysql://db',
      HERALD_PORT: '80000',
      HERALD_HOOK_DEADLINE: '2',
      HERALD_PROT: '1',
    })

    expect(faults.map(({ name }) => name)).toEqual([
      'DATABASE_URL',
      'HERALD_HOOK_DEADLINE',
      'HERALD_PORT',
      'HERALD_PROT',
    ])
    for (const { problem, remedy } of faults) expect([problem, remedy]).not.toContain('')
  })

  it('says so in one message, a line for each fault', () => {
    const act = () => loadConfig(sourcesOf({ env: { HERALD_PORT: 'x', HERALD_POOL_MAX: '0' } }))

    expect(act).toThrow(ConfigFaults)
    expect(act).toThrow(
      `The configuration can't be used:
  HERALD_PORT: "x" is not a whole number from 0 to 65535; write a whole number from 0 to 65535.
  HERALD_POOL_MAX: "0" is not a whole number from 4 to 500; write a whole number from 4 to 500.`,
    )
  })

  it.each(['0.0.0.0', '::', '192.0.2.1', 'herald.example'])(
    'listening on %s without a hook secret',
    (host) => {
      expect(faultsOf({ HERALD_HOST: host }).map(({ name }) => name)).toEqual([
        'HERALD_HOOK_SECRETS',
      ])
      expect(faultsOf({ HERALD_HOST: host, HERALD_HOOK_SECRETS: HOOK_SECRET })).toEqual([])
    },
  )

  it('but not without hooks, which nobody can ask then', () => {
    expect(faultsOf({ HERALD_HOST: '0.0.0.0', HERALD_ROLES: 'worker,sweeper' })).toEqual([])
  })

  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('but not listening on %s', (host) => {
    expect(faultsOf({ HERALD_HOST: host })).toEqual([])
  })

  it.each([
    ['a hook secret under 16 bytes', { HERALD_HOOK_SECRETS: `${HOOK_SECRET},short` }],
    ['a hook secret that no header carries', { HERALD_HOOK_SECRETS: 'sécret-0123456789-0123' }],
    ['a ticket secret under 32 bytes', { HERALD_TICKET_SECRETS: 'x'.repeat(31) }],
    ['a list of nothing but commas', { HERALD_HOOK_ALLOW: ',,' }],
    ["a deadline beyond the broker's", { HERALD_HOOK_DEADLINE: '5s' }],
    ['a stop that is no second longer than the deadline', { HERALD_SHUTDOWN_TIMEOUT: '2900ms' }],
    ['a kind of login that there is not', { HERALD_LOGINS: 'secret,magic' }],
    ['tickets without a secret', { HERALD_LOGINS: 'ticket' }],
    ['tokens without settings', { HERALD_LOGINS: 'secret,jwt' }],
    ['a role that there is not', { HERALD_ROLES: 'hooks,cook' }],
    ['no role at all', { HERALD_ROLES: ',' }],
    ['messages that are gone before they expire', { HERALD_RETENTION: '6d' }],
    ['a longest lifetime below the usual one', { HERALD_MESSAGE_TTL_MAX: '23h' }],
    ['a lifetime that is none, once', { HERALD_MESSAGE_TTL: '1' }],
    ['a grace in which all expires', { HERALD_PRESENCE_GRACE: '1m', HERALD_MESSAGE_TTL: '1m' }],
    [
      'a desktop that is waited for until all has expired',
      {
        HERALD_DESKTOP_DELAY: '1h',
        HERALD_REACH_DEVICES: 'desktop-first',
        HERALD_MESSAGE_TTL: '1h',
      },
    ],
    ['a step of the ladder that comes too late', { HERALD_LADDER: 'push; 1d sms' }],
    ['an acknowledgement that comes too late', { HERALD_ACK_WITHIN: '1d' }],
    ['a link secret under 32 bytes', { HERALD_LINK_SECRET: 'x'.repeat(31) }],
    ['a public URL without TLS', { HERALD_PUBLIC_URL: 'http://herald.example' }],
    ['a public URL with a query', { HERALD_PUBLIC_URL: 'https://herald.example/?a=b' }],
    ['a public URL that is none', { HERALD_PUBLIC_URL: 'herald.example' }],
    ...BROKER_URL_FAULTS.map((url): [string, Record<string, string>] => [
      `a broker's API at ${url}`,
      { HERALD_EMQX_API_URL: url, HERALD_EMQX_API_KEY: 'k', HERALD_EMQX_API_SECRET: API_SECRET },
    ]),
    [
      'an API key with a colon in it',
      {
        HERALD_EMQX_API_KEY: 'herald:secret',
        HERALD_EMQX_API_URL: 'http://emqx:18083',
        HERALD_EMQX_API_SECRET: API_SECRET,
      },
    ],
    ['a generation of EMQX that has no API of its own', { HERALD_EMQX_API_GENERATION: '6' }],
    ['a time for what is switched off', { HERALD_ACK_WITHIN: '1m', HERALD_LATE_PUSH: 'off' }],
  ])('%s', (_, env) => {
    const [fault, ...more] = faultsOf(env)

    expect(fault?.name).toBe(Object.keys(env)[0])
    expect(more).toEqual([])
  })

  it('but not a wait of the desktop that nobody has asked for', () => {
    expect(faultsOf({ HERALD_DESKTOP_DELAY: '1h', HERALD_MESSAGE_TTL: '1h' })).toEqual([])
  })

  it('a secret, without repeating it', () => {
    const secret = 'hunter2'
    const complaints = complaintsAbout({
      DATABASE_URL: `postgres://herald:${secret}#@db/herald`,
      HERALD_HOOK_SECRETS: secret,
      HERALD_TICKET_SECRETS: secret,
      HERALD_JWT_SECRET: secret,
      HERALD_LINK_SECRET: secret,
      HERALD_EMQX_API_SECRET: secret,
      HERALD_EMQX_API_URL: `http://herald:${secret}@emqx.example`,
      HERALD_JWT_JWKS_URL: `http://herald:${secret}@keys.example`,
      HERALD_JWT_PUBLIC_KEY: `-----BEGIN PRIVATE KEY-----\\n${secret}\\n-----END PRIVATE KEY-----`,
    })

    expect(complaints.length).toBeGreaterThan(5)
    expect(complaints.join('\n')).not.toContain(secret)
  })
})

describe("the broker's management API", () => {
  it.each([
    'https://emqx.example/broker',
    'http://127.0.0.1:18083',
    'http://[::1]:18083',
    'http://10.1.2.3:18083',
    'http://172.31.0.1:18083',
    'http://192.168.1.1:18083',
    'http://[fd00::7]:18083',
    'http://emqx:18083',
    'http://emqx.default.svc:18083',
    'http://emqx.default.svc.cluster.local:18083',
    'http://emqx.corp.internal:18083',
  ])('can be at %s', (url) => {
    const env = {
      HERALD_EMQX_API_URL: url,
      HERALD_EMQX_API_KEY: 'herald',
      HERALD_EMQX_API_SECRET: API_SECRET,
    }

    expect(loadConfig(sourcesOf({ env })).brokerApi).toEqual({
      url,
      key: 'herald',
      secret: API_SECRET,
      generation: '5',
      concurrency: 8,
    })
  })

  it('needs all of its settings or none', () => {
    expect(complaintsAbout({ HERALD_EMQX_API_KEY: 'herald' })).toEqual([
      'HERALD_EMQX_API_URL: is not set, though HERALD_EMQX_API_KEY is; set it, or none of them',
      'HERALD_EMQX_API_SECRET: is not set, though HERALD_EMQX_API_KEY is; set it, or none of them',
    ])
    expect(loadConfig(sourcesOf({})).brokerApi).toBeUndefined()
  })
})

describe('names that mean nothing', () => {
  it.each([
    ['HERALD_PROT', 'did you mean HERALD_PORT?'],
    ['HERALD_HOOK_SECRET', 'did you mean HERALD_HOOK_SECRETS?'],
    ['HERALD_JWT_ALGORITHM', 'did you mean HERALD_JWT_ALGORITHMS?'],
    ['HERALD_SOMETHING_ELSE_ALTOGETHER', 'docs/configuration.md'],
  ])('stop the start: %s', (name, advice) => {
    expect(complaintsAbout({ [name]: '1' }).join()).toMatch(
      new RegExp(`^${name}: is no setting .*${advice.replace('?', '\\?')}`),
    )
  })

  it('stop the start in .env too', () => {
    expect(() => loadConfig(sourcesOf({ envFile: { HERALD_PROT: '1' } }))).toThrow('HERALD_PROT')
  })

  it('are not those of the tests, nor of other programs', () => {
    expect(faultsOf({ HERALD_TEST_SIZE: 'full', HERALDRY: '1', PGHOST: 'db' })).toEqual([])
  })

  it('are not what Kubernetes sets for a Service named herald', () => {
    expect(
      faultsOf({
        HERALD_SERVICE_HOST: '10.0.0.1',
        HERALD_SERVICE_PORT: '8080',
        HERALD_SERVICE_PORT_HTTP: '8080',
        HERALD_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
        HERALD_PORT_8080_TCP_ADDR: '10.0.0.1',
      }),
    ).toEqual([])
    expect(complaintsAbout({ HERALD_PORT: 'tcp://10.0.0.1:8080' }).join()).toContain(
      'set it in the pod, or set enableServiceLinks: false',
    )
  })
})
