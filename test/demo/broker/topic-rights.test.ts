import { describe, expect, it } from 'vitest'
import type { BrokerOptions } from '../../../demo/broker/broker-settings.ts'
import { type AskingWorld, closeAfterEach, startAskingBroker } from '../../support/broker-world.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { publish, subscribe } from '../../support/mqtt-steps.ts'
import { ALLOW, DENY, type Reply } from '../../support/question-recorder.ts'

closeAfterEach()

describe('a topic question', () => {
  it('is asked for every filter of a SUBSCRIBE, one after another, in order', async () => {
    let underWay = 0
    let mostUnderWay = 0
    const world = await startAskingBroker(async ({ fields }) => {
      mostUnderWay = Math.max(mostUnderWay, ++underWay)
      await new Promise(setImmediate)
      underWay--
      return fields.topic === 'm/deny' ? DENY : ALLOW
    })
    const client = await world.client({ clientId: 'a', protocolVersion: 4 })

    const codes = await subscribe(client, 'm/1', 'm/deny', 'm/3')

    expect(codes).toEqual([1, 0x80, 1])
    expect(world.topics().map(({ fields }) => fields.topic)).toEqual(['m/1', 'm/deny', 'm/3'])
    expect(mostUnderWay).toBe(1)
  })

  it('holds text only, and the filter of a shared subscription without its group', async () => {
    const world = await startAskingBroker(() => ALLOW)
    const client = await world.client({ clientId: 'a', username: 'ann' })

    await subscribe(client, { topic: '$share/g/x/+', qos: 2 })

    expect(world.topics()[0]?.fields).toEqual({
      clientid: 'a',
      username: 'ann',
      action: 'subscribe',
      topic: 'x/+',
      qos: '2',
      retain: 'false',
    })
  })

  it('goes over a connection that was used before', async () => {
    const world = await startAskingBroker(() => ALLOW)
    const client = await world.client({ clientId: 'a' })

    for (const topic of ['1', '2', '3', '4']) await publish(client, topic)

    expect(world.recorder.questions).toHaveLength(5)
    expect(world.recorder.connections).toBe(1)
  })

  it('names the topic that an alias stands for', async () => {
    const world = await startAskingBroker(() => ALLOW, { cache: 'off' })
    const client = await world.client({ clientId: 'a' })

    await publish(client, 'x/long', '1', { properties: { topicAlias: 1 } })
    await publish(client, '', '2', { properties: { topicAlias: 1 } })

    expect(world.topics().map(({ fields }) => fields.topic)).toEqual(['x/long', 'x/long'])
  })

  it('leaves out the delay of a delayed message, and is not asked about one without', async () => {
    const world = await startAskingBroker(() => ALLOW)
    const client = await world.client({ clientId: 'a' })

    await publish(client, '$delayed/5/a/b')
    const code = await publish(client, '$delayed/5')

    expect(world.topics().map(({ fields }) => fields.topic)).toEqual(['a/b'])
    expect(code).toBe(135)
  })

  it('that fails falls to no_match, which opens everything where it says allow', async () => {
    const world = await startAskingBroker(afterLogin({ status: 500, body: {} }), {
      noMatch: 'allow',
    })
    const client = await world.client({ clientId: 'a' })

    expect(await subscribe(client, 'x')).toEqual([1])
    expect(world.eventsOf('client.check_authz_complete')).toMatchObject([
      { result: 'allow', authz_source: 'default' },
    ])
  })
})

describe('a refused topic', () => {
  it('is acknowledged to a 3.1.1 publisher, and the message goes nowhere', async () => {
    const world = await startAskingBroker(({ fields }) =>
      fields.action === 'publish' ? DENY : ALLOW,
    )
    const client = await world.client({ clientId: 'a', protocolVersion: 4 })
    await subscribe(client, 'x')

    await publish(client, 'x')
    client.send({
      cmd: 'publish',
      topic: 'x',
      payload: 'x',
      qos: 2,
      dup: false,
      retain: false,
      messageId: 8,
    })
    await client.next('pubrec')
    client.send({ cmd: 'pubrel', messageId: 8 })
    await client.next('pubcomp')
    await client.settle()

    expect(client.unread()).toEqual([])
    expect(world.eventsOf('message.publish')).toEqual([])
  })

  it.each(['publish', 'subscribe'])(
    'to %s disconnects where the broker is told so, and the will is due',
    async (action) => {
      const world = await startAskingBroker(
        ({ path, fields }) => (path === '/authz' && fields.topic === 'no' ? DENY : ALLOW),
        { denyAction: 'disconnect' },
      )
      const will = { topic: 'wills/a', payload: Buffer.from('x') }
      const client = await world.client({ clientId: 'a', will })

      const refused = action === 'publish' ? publish(client, 'no') : subscribe(client, 'no')

      await expect(refused).rejects.toThrow('"reasonCode":135')
      expect(await world.event('client.disconnected')).toMatchObject({ reason: 'not_authorized' })
      expect(world.eventsOf('message.publish')).toMatchObject([{ topic: 'wills/a' }])
    },
  )
})

describe('the cache of a connection', () => {
  it('answers for a minute, and for each QoS and retain flag on its own', async () => {
    const { world, clock, ask } = await startWithCache()
    await ask('x', 1, false)

    await ask('x', 1, false)
    const sameMinute = world.topics().length
    await ask('x', 0, false)
    await ask('x', 1, true)
    const otherWays = world.topics().length
    clock.advance(60_000)
    await ask('x', 1, false)

    expect(sameMinute).toBe(1)
    expect(otherWays).toBe(3)
    expect(world.topics()).toHaveLength(4)
  })

  it('is one for publishing and one for subscribing', async () => {
    const { world, client, ask } = await startWithCache()
    await ask('x', 1, false)

    await subscribe(client, 'x')

    expect(world.topics().map(({ fields }) => fields.action)).toEqual(['publish', 'subscribe'])
  })

  it('forgets the oldest of 32 verdicts', async () => {
    const { world, ask } = await startWithCache()
    for (let count = 0; count < 33; count++) await ask(`x/${count}`, 1, false)

    await ask('x/32', 1, false)
    await ask('x/1', 1, false)
    const remembered = world.topics().length
    await ask('x/0', 1, false)

    expect(remembered).toBe(33)
    expect(world.topics()).toHaveLength(34)
  })

  it('remembers the verdict of an outage as any other', async () => {
    let answer: Reply = 'destroy'
    const world = await startAskingBroker(({ path }) => (path === '/authn' ? ALLOW : answer))
    const client = await world.client({ clientId: 'a' })
    const during = await publish(client, 'x')

    answer = ALLOW
    const after = await publish(client, 'x')

    expect([during, after]).toEqual([135, 135])
    expect(world.topics()).toHaveLength(3)
  })

  it('leaves out what the settings exclude', async () => {
    const { world, ask } = await startWithCache({
      cache: { max: 32, ttlMs: 60_000, excludes: ['live/#'] },
    })

    for (const topic of ['live/1', 'live/1', 'other', 'other']) await ask(topic, 1, false)

    expect(world.topics()).toHaveLength(3)
  })

  it('can be switched off', async () => {
    const { world, ask } = await startWithCache({ cache: 'off' })

    for (const topic of ['x', 'x']) await ask(topic, 1, false)

    expect(world.topics()).toHaveLength(2)
  })

  it('ends with the connection, while the session goes on', async () => {
    const world = await startAskingBroker(() => ALLOW)
    const keep = { clientId: 'a', clean: false, properties: { sessionExpiryInterval: 60 } }
    await publish(await world.client(keep), 'x')

    await publish(await world.client(keep), 'x')

    expect(world.topics()).toHaveLength(2)
  })
})

describe('the rules that a login answer gives', () => {
  const RULES: readonly object[] = [
    { permission: 'allow', action: 'subscribe', topic: 'eq x/+/y' },
    {
      permission: 'allow',
      action: 'publish',
      topic: 'pub/${clientid}',
      qos: [0, 1],
      retain: false,
    },
    { permission: 'deny', action: 'all', topic: 'secret/#' },
    { permission: 'allow', action: 'all', topic: 'u/${client_attrs.tenant}/#' },
  ]

  const GRANTED: Reply = {
    status: 200,
    body: { result: 'allow', acl: RULES, client_attrs: { tenant: 'acme' } },
  }

  it.each([
    { action: 'subscribe', topic: 'x/+/y', code: 1, asked: false },
    { action: 'subscribe', topic: 'x/1/y', code: 135, asked: true },
    { action: 'subscribe', topic: 'secret/1', code: 135, asked: false },
    { action: 'subscribe', topic: 'u/acme/1', code: 1, asked: false },
    { action: 'publish', topic: 'pub/acme-5', code: 16, asked: false },
    { action: 'publish', topic: 'pub/acme-6', code: 135, asked: true },
    { action: 'publish', topic: 'secret/1', code: 135, asked: false },
  ])('decide to $action $topic with $code, asked: $asked', async ({ action, topic, ...row }) => {
    const world = await startAskingBroker(({ path }) => (path === '/authn' ? GRANTED : DENY))
    const client = await loggedIn(world)

    const code =
      action === 'publish' ? await publish(client, topic) : (await subscribe(client, topic))[0]

    expect(code).toBe(row.code)
    expect(world.topics()).toHaveLength(row.asked ? 1 : 0)
  })

  it('look at the retain flag too', async () => {
    const world = await startAskingBroker(({ path }) => (path === '/authn' ? GRANTED : DENY))
    const client = await loggedIn(world)

    expect(await publish(client, 'pub/acme-5', 'x', { retain: true })).toBe(135)

    expect(world.topics()).toHaveLength(1)
  })

  async function loggedIn(world: AskingWorld) {
    return await world.client({ clientId: 'acme-5', username: 'aclarr' })
  }
})

/** Allows every login, and answers every topic question with `reply`. */
function afterLogin(reply: Reply) {
  return ({ path }: { readonly path: string }): Reply => (path === '/authn' ? ALLOW : reply)
}

async function startWithCache(options: BrokerOptions = {}) {
  const clock = createManualClock()
  const world = await startAskingBroker(() => ALLOW, { clock, ...options })
  const client = await world.client({ clientId: 'a' })
  return {
    world,
    clock,
    client,
    /** Publishes, and waits until that is decided. */
    async ask(topic: string, qos: 0 | 1, retain: boolean) {
      client.send({ cmd: 'publish', topic, payload: '', qos, retain, dup: false, messageId: 4 })
      if (qos === 1) await client.next('puback')
      else await client.settle()
    },
  }
}
