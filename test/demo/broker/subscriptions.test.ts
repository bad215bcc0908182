import { describe, expect, it } from 'vitest'
import { closeAfterEach, startBroker } from '../../support/broker-world.ts'
import { publish, receive, subscribe } from '../../support/mqtt-steps.ts'

closeAfterEach()

describe('a SUBSCRIBE', () => {
  it('of several filters is answered filter by filter, in order', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })

    const codes = await subscribe(
      client,
      { topic: 'a', qos: 2 },
      { topic: 'b/+', qos: 0 },
      { topic: Array(129).fill('x').join('/'), qos: 1 },
      { topic: 'c/#', qos: 1 },
    )

    expect(codes).toEqual([2, 0, 143, 1])
  })

  it.each([
    'a/#/b',
    'a#',
    'a/b+',
    '$share/g',
    '$share//a',
    '$share/g+/a',
    '$share/g/',
    '$share/g/$share/h/a',
  ])('to %j is refused by disconnecting', async (topic) => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })

    await expect(subscribe(client, topic)).rejects.toThrow('"reasonCode":143')

    expect(world.eventsOf('session.subscribed')).toEqual([])
  })

  it('that shares and leaves out its own messages is a protocol error', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })

    const subscribing = subscribe(client, { topic: '$share/g/a', qos: 1, nl: true })

    await expect(subscribing).rejects.toThrow('"reasonCode":130')
  })

  it('with the subscription identifier 0 is refused by disconnecting', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })

    // mqtt-packet would not write it.
    client.write(Buffer.from('82090001020b0000016101', 'hex'))

    expect((await client.next('disconnect')).reasonCode).toBe(161)
  })

  it('without a filter is refused by disconnecting', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })

    client.write(Buffer.from('8203000100', 'hex'))

    expect((await client.next('disconnect')).reasonCode).toBe(143)
  })

  it('again to the same filter replaces the options and delivers once', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })
    await subscribe(client, { topic: 'a', qos: 1 })

    await subscribe(client, { topic: 'a', qos: 0 })
    await publish(client, 'a', 'hi')
    await client.settle()

    expect(client.unread()).toMatchObject([{ cmd: 'publish', qos: 0 }])
  })
})

describe('an UNSUBSCRIBE', () => {
  it('ends the subscription, and says which were none', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })
    await subscribe(client, 'a', '$share/g/b')

    client.send({
      cmd: 'unsubscribe',
      messageId: 2,
      unsubscriptions: ['a', '$share/g/b', 'never'],
    })

    expect((await client.next('unsuback')).granted).toEqual([0, 0, 17])
    expect(await publish(client, 'a')).toBe(16)
    expect(await publish(client, 'b')).toBe(16)
    expect(world.eventsOf('session.unsubscribed').map(({ topic }) => topic)).toEqual([
      'a',
      '$share/g/b',
    ])
  })
})

describe('a subscription', () => {
  it('that overlaps another one delivers a second time, with the same id', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })
    await subscribe(client, 'x/#', 'x/+')

    await publish(client, 'x/1')
    await receive(client)
    await receive(client)

    await world.event('message.acked', () => world.eventsOf('message.acked').length === 2)
    const ids = new Set(world.eventsOf('message.acked').map(({ id }) => id))
    expect(ids.size).toBe(1)
  })

  it('with an identifier has it on every message', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })
    client.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: 'x/#', qos: 1 }],
      properties: { subscriptionIdentifier: 42 },
    })
    await client.next('suback')

    await publish(client, 'x/1')

    expect((await receive(client)).properties).toEqual({ subscriptionIdentifier: 42 })
  })

  it('without its own messages leaves them out and gets the others', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })
    const other = await world.client({ clientId: 'b' })
    await subscribe(client, { topic: 'x', qos: 1, nl: true })

    await publish(client, 'x', 'mine')
    await publish(other, 'x', 'yours')

    expect((await receive(client)).payload.toString()).toBe('yours')
    expect(world.eventsOf('delivery.dropped')).toMatchObject([{ reason: 'no_local' }])
  })

  it('to a wildcard at the beginning does not match topics that begin with "$"', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })
    await subscribe(client, '#', '+/x')

    expect(await publish(client, '$other/x')).toBe(16)
  })
})

describe('a shared subscription', () => {
  it('gives each message to one of the group, in turn', async () => {
    const world = await startBroker()
    const members = [await world.client({ clientId: 'm1' }), await world.client({ clientId: 'm2' })]
    for (const member of members) await subscribe(member, '$share/g/jobs/+')
    const sender = await world.client({ clientId: 's' })

    for (let count = 0; count < 6; count++) await publish(sender, `jobs/${count}`)

    for (const member of members) {
      await member.settle()
      expect(member.unread()).toHaveLength(3)
    }
  })

  it('leaves the shares of other groups and plain subscriptions alone', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })
    await subscribe(client, '$share/g/x', '$share/h/x', 'x')

    await publish(client, 'x')
    await client.settle()

    expect(client.unread()).toHaveLength(3)
  })

  it('goes on with those who are left', async () => {
    const world = await startBroker()
    const stays = await world.client({ clientId: 'stays' })
    const goes = await world.client({ clientId: 'goes' })
    for (const member of [stays, goes]) await subscribe(member, '$share/g/x')
    goes.cut()
    await world.event('client.disconnected')
    const sender = await world.client({ clientId: 's' })

    for (const text of ['1', '2', '3']) await publish(sender, 'x', text)
    await stays.settle()

    expect(stays.unread()).toHaveLength(3)
  })

  it('is refused where the broker has them switched off, after the question', async () => {
    const world = await startBroker({ sharedSubscriptions: false })
    const { client, connack } = await world.connect({ clientId: 'a' })

    const codes = await subscribe(client, '$share/g/x', 'x')

    expect(connack.properties?.sharedSubscriptionAvailable).toBe(false)
    expect(codes).toEqual([158, 1])
    expect(world.eventsOf('client.check_authz_complete')).toHaveLength(2)
  })
})

describe('a subscription unasked', () => {
  it('is made at every connect, for the user and the client, without a question', async () => {
    const world = await startBroker({
      noMatch: 'deny',
      autoSubscribe: [
        { topic: 'user/${username}/#', qos: 1 },
        { topic: 'device/${clientid}', qos: 2 },
      ],
    })

    await world.client({ clientId: 'phone', username: 'ann' })

    expect(world.eventsOf('session.subscribed')).toMatchObject([
      { topic: 'user/ann/#', qos: 1, clientid: 'phone', username: 'ann' },
      { topic: 'device/phone', qos: 2 },
    ])
    expect(world.eventsOf('client.check_authz_complete')).toEqual([])
  })

  it('is left out for a client without the name it needs, or one that spoils the filter', async () => {
    const world = await startBroker({ autoSubscribe: [{ topic: 'user/${username}/#', qos: 1 }] })

    await world.client({ clientId: 'nameless' })
    await world.client({ clientId: 'spoiler', username: '#' })

    expect(world.eventsOf('session.subscribed')).toEqual([])
  })

  it('finds what is retained', async () => {
    const world = await startBroker({ autoSubscribe: [{ topic: 'news', qos: 1 }] })
    const sender = await world.client({ clientId: 'sender' })
    await publish(sender, 'news', 'of today', { retain: true })

    const late = await world.client({ clientId: 'late' })

    expect(await receive(late)).toMatchObject({ topic: 'news', retain: true })
  })
})
