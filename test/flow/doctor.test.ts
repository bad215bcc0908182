import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerOptions } from '../../demo/broker/broker-settings.ts'
import { systemClock } from '../../demo/broker/clock.ts'
import {
  type BrokerUnderTest,
  consult,
  createSetupWorld,
  type SetupWorld,
  wrongOf,
} from '../support/setup-world.ts'

let world: SetupWorld
let under: BrokerUnderTest

beforeAll(async () => {
  world = await createSetupWorld()
})
afterAll(async () => {
  await world.close()
})
afterEach(async () => {
  await under.close()
})

describe('herald doctor', () => {
  it.each(['5.8.9', '5.3.2', '6.0.1'])(
    'finds nothing wrong with a good EMQX %s',
    async (version) => {
      await start({ management: { version } })

      const diagnoses = await consult(world, under.access)

      expect(diagnoses.filter(({ result }) => result !== 'well')).toEqual([])
      expect(await messagesStored()).toBe(0)
    },
  )

  it.each<readonly [string, string, () => Promise<void>]>([
    ['anyone may connect', 'anonymous', () => under.change('DELETE', HTTP_AUTHENTICATOR)],
    ['an open authenticator stands before ours', 'login-first', addAuthenticatorInFront],
    ['an authenticator stands behind ours', 'login-last', addAuthenticator],
    ['our authenticator is off', 'anonymous', () => changeLogin({ enable: false })],
    ['our source is off', 'topic-asked', () => changeTopics({ enable: false })],
    ['the stock file stands before ours', 'topic-alone', () => addSource('file')],
    ['another source stands behind ours', 'topic-alone', addSourceBehind],
    ['no_match is allow', 'no-match', () => changeRights({ no_match: 'allow' })],
    ['verdicts are remembered for a minute', 'topic-cache', () => changeRights({ cache: LONG })],
    ['retained messages are not told of', 'retained', () => changeTopics({ body: NO_RETAIN })],
    ['shared subscriptions are on', 'shared', () => changeMqtt({ shared_subscription: true })],
    ['clients are subscribed at QoS 0', 'qos', subscribeAtQos0],
    ['QoS 0 is all there is', 'qos', () => changeMqtt({ max_qos_allowed: 0 })],
    [
      'sessions live two hours',
      'session-expiry',
      () => changeMqtt({ session_expiry_interval: '2h' }),
    ],
    ['a rule is off', 'rule-off', () => changeRule('herald_publish', { enable: false })],
    [
      'an event has no rule',
      'rule-missing',
      () => under.change('DELETE', '/rules/herald_disconnected'),
    ],
    [
      'a rule leaves out a kind of message',
      'rule-missing',
      () => changeRule('herald_publish', { sql: 'SELECT * FROM "user/#"' }),
    ],
    ['the action is off', 'carrier', () => changeAction({ enable: false })],
    ['logins are asked with another secret', 'hook-secret', () => changeLogin({ headers: WRONG })],
    ['topics are asked without a secret', 'hook-secret', () => changeTopics({ headers: NONE })],
    ['events come with another secret', 'hook-secret', () => changeConnector({ headers: WRONG })],
    [
      'logins are asked as EMQX 4 does',
      'hook-url',
      () => changeLogin({ url: `${world.herald.url}/emqx/4/connect` }),
    ],
    [
      'topics are asked where nobody is',
      'hook-url',
      () => changeTopics({ url: 'http://127.0.0.1:9/emqx/5/topic' }),
    ],
    [
      'events go to a wrong path',
      'hook-url',
      () => changeAction({ parameters: { path: '/emqx/5/event' } }),
    ],
    ['one connection carries all logins', 'hook-pool', () => changeLogin({ pool_size: 1 })],
    ['the broker waits too short', 'hook-patience', () => changeTopics({ request_timeout: '1s' })],
    [
      'events live 45 s',
      'events-patience',
      () => changeAction({ resource_opts: { worker_pool_size: 1 } }),
    ],
    ['events come over four connections', 'events-order', () => changeConnector({ pool_size: 4 })],
  ])('finds that %s: %s', async (_, check, breakIt) => {
    await start()
    await breakIt()

    expect(wrongOf(await consult(world, under.access))).toEqual([check])
  })

  it('finds that events get lost on their way, though all settings are right', async () => {
    await start()
    under.broker.fail({ events: { loses: () => true } })

    expect(wrongOf(await consult(world, under.access, {}, 300))).toEqual(['probe'])
  })

  it('finds that the broker has lost events, by its counters', async () => {
    await start()
    await changeConnector({ headers: WRONG })
    await under.change('POST', '/publish', { topic: 'user/ann/inbox/bob', payload: 'hi' })
    await under.broker.eventsSettled()

    const wrong = wrongOf(await consult(world, under.access))

    expect(wrong).toEqual(['hook-secret', 'events-lost'])
  })

  it('finds that clocks are apart', async () => {
    await start({ clock: { ...systemClock, now: () => Date.now() + 60_000 } })

    expect(wrongOf(await consult(world, under.access))).toEqual(['clocks'])
  })

  it('finds that the API key is wrong', async () => {
    await start()
    const access = { ...under.access, secret: 'wrong' }

    expect(wrongOf(await consult(world, access))).toEqual(['broker'])
  })

  it('finds that the broker is away', async () => {
    await start()
    under.broker.fail({ management: { kind: 'down' } })

    expect(wrongOf(await consult(world, under.access))).toEqual(['broker'])
  })

  it('finds that PostgreSQL is away', async () => {
    await start()
    const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing' }

    expect(wrongOf(await consult(world, under.access, env))).toEqual(['postgres'])
  })

  it('finds that providers are misconfigured', async () => {
    await start()
    const file = join(mkdtempSync(join(tmpdir(), 'herald-doctor-')), 'providers.json')
    writeFileSync(file, JSON.stringify(BROKEN))

    const wrong = wrongOf(await consult(world, under.access, { HERALD_PROVIDERS_FILE: file }))

    expect(wrong).toEqual(['providers'])
  })

  it('says each in a sentence, with the fix', async () => {
    await start()
    await changeRights({ no_match: 'allow' })

    const [no] = (await consult(world, under.access)).filter(({ result }) => result === 'wrong')

    expect(no?.findings).toEqual([
      {
        sentence:
          "The broker's authorization has no_match = allow, so an outage of Herald opens every topic.",
        fix: 'Run "herald emqx apply --take-over", which says first what it changes.',
      },
    ])
  })

  it('leaves open what it can not see without the API of a broker', async () => {
    await start()

    const diagnoses = await consult(world, undefined)

    expect(wrongOf(diagnoses)).toEqual([])
    expect(diagnoses.find(({ check }) => check === 'no-match')).toMatchObject({
      result: 'unknown',
      why: 'HERALD_EMQX_API_URL is not set',
    })
  })
})

describe('a database', () => {
  it('that lacks a migration is found', async () => {
    await start()
    const { pool } = world.database
    const { rows } = await pool.query(
      'delete from herald_migrations where name = (select max(name) from herald_migrations) returning name, sha256',
    )

    const wrong = wrongOf(await consult(world, under.access))

    await pool.query('insert into herald_migrations (name, sha256) values ($1, $2)', [
      rows[0]?.name,
      rows[0]?.sha256,
    ])
    expect(wrong).toEqual(['migrations'])
  })

  it('on which nobody sends is found', async () => {
    const half = await createSetupWorld({ HERALD_ROLES: 'hooks,callbacks' })
    under = await half.stockBroker()
    await under.apply('all')

    const diagnoses = await consult(half, under.access)

    await half.close()
    expect(wrongOf(diagnoses)).toEqual(['roles'])
    const [roles] = diagnoses.filter(({ check }) => check === 'roles')
    expect(roles?.findings[0]?.sentence).toContain('does: worker, sweeper.')
  })
})

/** A broker that is set up for the world's Herald. */
async function start(options: BrokerOptions = {}): Promise<void> {
  under = await world.stockBroker(options)
  await under.apply('all')
}

const HTTP_AUTHENTICATOR = '/authentication/password_based:http'
const WRONG = { 'content-type': 'application/json', 'x-herald-secret': 'some-other-secret' }
const NONE = { 'content-type': 'application/json' }
const LONG = { enable: true, max_size: 32, ttl: '1m' }
const NO_RETAIN = {
  clientid: '${clientid}',
  username: '${username}',
  action: '${action}',
  topic: '${topic}',
  qos: '${qos}',
}
const BUILT_IN = { mechanism: 'password_based', backend: 'built_in_database', enable: true }
const BROKEN = { broken: { kind: 'stub', file: '/nowhere/at/all' } }

async function addAuthenticator(): Promise<void> {
  await under.change('POST', '/authentication', BUILT_IN)
}

async function addAuthenticatorInFront(): Promise<void> {
  await addAuthenticator()
  await under.change('PUT', '/authentication/password_based:built_in_database/position/front')
}

async function addSource(type: string): Promise<void> {
  await under.change('POST', '/authorization/sources', { type, enable: true })
}

async function addSourceBehind(): Promise<void> {
  await addSource('built_in_database')
  const position = { position: 'rear' }
  await under.change('POST', '/authorization/sources/built_in_database/move', position)
}

async function changeAt(path: string, changed: object): Promise<void> {
  await under.change('PUT', path, { ...Object(await under.read(path)), ...changed })
}

async function changeLogin(changed: object): Promise<void> {
  const [login] = [await under.read('/authentication')].flat()
  await under.change('PUT', HTTP_AUTHENTICATOR, { ...Object(login), ...changed })
}

async function changeTopics(changed: object): Promise<void> {
  const { sources } = Object(await under.read('/authorization/sources'))
  const [topics] = [sources].flat()
  await under.change('PUT', '/authorization/sources/http', { ...topics, ...changed })
}

const changeRights = (changed: object) => changeAt('/authorization/settings', changed)
const changeRule = (id: string, changed: object) => changeAt(`/rules/${id}`, changed)
const changeAction = (changed: object) => changeAt('/actions/http:herald', changed)
const changeConnector = (changed: object) => changeAt('/connectors/http:herald', changed)

async function changeMqtt(changed: object): Promise<void> {
  const { mqtt } = Object(await under.read('/configs/global_zone'))
  await under.change('PUT', '/configs/global_zone', { mqtt: { ...mqtt, ...changed } })
}

async function subscribeAtQos0(): Promise<void> {
  await under.change('PUT', '/mqtt/auto_subscribe', [{ topic: 'user/${username}/#', qos: 0 }])
}

async function messagesStored(): Promise<number> {
  const { rows } = await world.database.pool.query(
    `select (select count(*) from messages) + (select count(*) from unreached) as n`,
  )
  return Number(rows[0]?.n)
}
