import { describe, expect, it } from 'vitest'
import { closeAfterEach, startAskingBroker, startBroker } from '../../support/broker-world.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { publish, receive, subscribe } from '../../support/mqtt-steps.ts'
import { ALLOW } from '../../support/question-recorder.ts'

closeAfterEach()

const KEEP = { clean: false, properties: { sessionExpiryInterval: 60 } } as const

describe('a session', () => {
  it('without clean_session is kept for two hours after a 3.1.1 connection', async () => {
    const clock = createManualClock()
    const world = await startBroker({ clock })
    const login = { clientId: 'old', clean: false, protocolVersion: 4 } as const
    const first = await world.client(login)
    first.cut()
    await world.event('client.disconnected')

    clock.advance(7_199_999)
    const second = await world.connect(login)
    second.client.cut()
    await world.event(
      'client.disconnected',
      () => world.eventsOf('client.disconnected').length === 2,
    )
    clock.advance(7_200_000)
    const third = await world.connect(login)

    expect(second.connack.sessionPresent).toBe(true)
    expect(third.connack.sessionPresent).toBe(false)
  })

  it('of an MQTT 5 client ends with its connection where it asks for no more', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'brief', clean: false })
    client.cut()
    await world.event('client.disconnected')

    const { connack } = await world.connect({ clientId: 'brief', clean: false })

    expect(connack.sessionPresent).toBe(false)
  })

  it('that never expires is there after a year', async () => {
    const clock = createManualClock()
    const world = await startBroker({ clock })
    const login = {
      clientId: 'ever',
      clean: false,
      properties: { sessionExpiryInterval: 0xffff_ffff },
    }
    const client = await world.client(login)
    client.cut()
    await world.event('client.disconnected')

    clock.advance(365 * 24 * 3600_000)

    expect((await world.connect(login)).connack.sessionPresent).toBe(true)
  })

  it('keeps its subscriptions, and nobody is asked about them again', async () => {
    const world = await startAskingBroker(() => ALLOW)
    const first = await world.client({ clientId: 'b', ...KEEP })
    await subscribe(first, 'inbox/b')
    first.cut()
    await world.event('client.disconnected')
    const second = await world.client({ clientId: 'b', ...KEEP })
    const sender = await world.client({ clientId: 'a' })

    await publish(sender, 'inbox/b', 'still there?')

    expect((await receive(second)).payload.toString()).toBe('still there?')
    expect(world.topics().filter(({ fields }) => fields.action === 'subscribe')).toHaveLength(1)
    expect(world.eventsOf('session.subscribed')).toHaveLength(1)
  })

  it('keeps what comes while its client is away, QoS 0 too, in order', async () => {
    const world = await startBroker()
    const first = await world.client({ clientId: 'b', ...KEEP })
    await subscribe(first, { topic: 'inbox/b', qos: 2 })
    first.cut()
    await world.event('client.disconnected')
    const sender = await world.client({ clientId: 'a' })
    await publish(sender, 'inbox/b', '1')
    sender.send({
      cmd: 'publish',
      topic: 'inbox/b',
      payload: '2',
      qos: 0,
      dup: false,
      retain: false,
    })
    await publish(sender, 'inbox/b', '3')

    const second = await world.client({ clientId: 'b', ...KEEP })

    const texts = [await receive(second), await receive(second), await receive(second)]
    expect(texts.map(({ payload }) => payload.toString())).toEqual(['1', '2', '3'])
    expect(texts.map(({ dup }) => dup)).toEqual([false, false, false])
    await world.event('message.acked', () => world.eventsOf('message.acked').length === 2)
  })

  it('drops the oldest message where too many wait', async () => {
    const world = await startBroker({ queueMax: 2 })
    const first = await world.client({ clientId: 'b', username: 'bob', ...KEEP })
    await subscribe(first, 'inbox/b')
    first.cut()
    const end = await world.event('client.disconnected')
    const sender = await world.client({ clientId: 'a', username: 'ann' })

    for (const text of ['1', '2', '3']) await publish(sender, 'inbox/b', text)

    const [dropped] = world.eventsOf('delivery.dropped')
    expect(dropped).toMatchObject({
      reason: 'queue_full',
      clientid: 'b',
      username: 'bob',
      peername: end.peername,
      from_clientid: 'a',
      from_username: 'ann',
    })
    expect(dropped?.payload.toString()).toBe('1')
    const second = await world.client({ clientId: 'b', ...KEEP })
    expect((await receive(second)).payload.toString()).toBe('2')
  })

  it('does not keep QoS 0 where the broker is told so', async () => {
    const world = await startBroker({ queueQos0: false })
    const first = await world.client({ clientId: 'b', ...KEEP })
    await subscribe(first, { topic: 'inbox/b', qos: 0 })
    first.cut()
    await world.event('client.disconnected')
    const sender = await world.client({ clientId: 'a' })

    await publish(sender, 'inbox/b', 'lost')

    expect(world.eventsOf('delivery.dropped')).toMatchObject([{ reason: 'qos0_msg', qos: 0 }])
  })

  it('does not deliver what has expired, and says how long the rest is good for', async () => {
    const clock = createManualClock()
    const world = await startBroker({ clock })
    const first = await world.client({ clientId: 'b', ...KEEP })
    await subscribe(first, 'inbox/b')
    first.cut()
    await world.event('client.disconnected')
    const sender = await world.client({ clientId: 'a' })
    await publish(sender, 'inbox/b', 'short', { properties: { messageExpiryInterval: 5 } })
    await publish(sender, 'inbox/b', 'long', { properties: { messageExpiryInterval: 50 } })

    clock.advance(10_000)
    const second = await world.client({ clientId: 'b', ...KEEP })

    const message = await receive(second)
    expect(message.payload.toString()).toBe('long')
    expect(message.properties?.messageExpiryInterval).toBe(40)
    expect(world.eventsOf('delivery.dropped')).toMatchObject([{ reason: 'expired', clientid: 'b' }])
  })

  it('ends when the client takes its expiry back in the DISCONNECT', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'b', ...KEEP })

    client.send({ cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 0 } })

    const end = await world.event('client.disconnected')
    expect(end.disconn_props).toEqual({ 'Session-Expiry-Interval': 0, 'User-Property': {} })
    expect((await world.connect({ clientId: 'b', ...KEEP })).connack.sessionPresent).toBe(false)
  })

  it('cannot be prolonged by a DISCONNECT', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'b' })

    client.send({ cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 60 } })

    expect((await client.next('disconnect')).reasonCode).toBe(130)
  })

  it('of a client that starts clean is a new one', async () => {
    const world = await startBroker()
    const first = await world.client({ clientId: 'b', ...KEEP })
    await subscribe(first, 'inbox/b')
    first.cut()
    await world.event('client.disconnected')

    const second = await world.connect({ clientId: 'b', ...KEEP, clean: true })
    const sender = await world.client({ clientId: 'a' })

    expect(second.connack.sessionPresent).toBe(false)
    expect(await publish(sender, 'inbox/b')).toBe(16)
    // An offline session that is thrown away ends without an event.
    expect(world.eventsOf('client.disconnected')).toHaveLength(1)
  })
})

describe('a client that comes while it is there', () => {
  it('takes the session over, with what was under way', async () => {
    const world = await startBroker()
    const first = await world.client({ clientId: 'b', ...KEEP })
    await subscribe(first, 'inbox/b')
    const sender = await world.client({ clientId: 'a' })
    await publish(sender, 'inbox/b', 'not yet acknowledged')
    const once = await first.next('publish')

    const second = await world.connect({ clientId: 'b', ...KEEP })
    const again = await receive(second.client)

    expect((await first.next('disconnect')).reasonCode).toBe(142)
    expect(second.connack.sessionPresent).toBe(true)
    expect(again).toMatchObject({ messageId: once.messageId, dup: true })
    expect(again.payload.toString()).toBe('not yet acknowledged')
  })

  it('is reported after the connection that it replaces', async () => {
    const world = await startBroker()
    await world.client({ clientId: 'b' })

    await world.client({ clientId: 'b' })

    const names = world.events.map(({ event }) => event)
    const ended = names.indexOf('client.disconnected')
    expect(world.events[ended]).toMatchObject({ reason: 'discarded' })
    expect(names.lastIndexOf('client.connected')).toBeGreaterThan(ended)
  })

  it('waits for the question that its earlier connection has asked', async () => {
    const answered = Promise.withResolvers<typeof ALLOW>()
    const world = await startAskingBroker(({ path }) =>
      path === '/authz' ? answered.promise : ALLOW,
    )
    const first = await world.client({ clientId: 'b', ...KEEP })
    const asked = world.recorder.next()
    first.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'slow', qos: 1 }] })
    await asked
    const loggedIn = world.recorder.next()
    const second = world.client({ clientId: 'b', ...KEEP })
    await loggedIn

    answered.resolve(ALLOW)

    await (await second).settle()
    expect((await first.next('suback')).granted).toEqual([1])
    expect(world.eventsOf('session.subscribed')).toHaveLength(1)
  })

  it('a hundred times at once ends with one connection, and each end is reported', async () => {
    const world = await startBroker()

    const logins = await Promise.all(
      Array.from({ length: 100 }, () => world.connect({ clientId: 'storm', ...KEEP })),
    )

    expect(logins.filter(({ connack }) => !connack.sessionPresent)).toHaveLength(1)
    expect(world.eventsOf('client.connected')).toHaveLength(100)
    expect(world.eventsOf('client.disconnected')).toHaveLength(99)
    const open = new Set(world.eventsOf('client.connected').map(({ peername }) => peername))
    for (const { peername } of world.eventsOf('client.disconnected')) open.delete(peername)
    expect(open.size).toBe(1)
  })
})
