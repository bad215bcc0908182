import { describe, expect, it } from 'vitest'
import { closeAfterEach, startBroker } from '../../support/broker-world.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { publish, receive, subscribe } from '../../support/mqtt-steps.ts'

closeAfterEach()

describe('a retained message', () => {
  it('awaits who subscribes later, marked as retained', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })
    await publish(client, 'news/1', 'old', { retain: true })
    await publish(client, 'news/1', 'new', { retain: true })

    await subscribe(client, 'news/+')

    const message = await receive(client)
    expect(message.payload.toString()).toBe('new')
    expect(message.retain).toBe(true)
  })

  it('comes after the SUBACK', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })
    await publish(client, 'news/1', 'x', { retain: true })

    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'news/1', qos: 1 }] })

    await client.next('suback')
    await client.next('publish')
  })

  it('reaches who is there already as any other, unless they want it as published', async () => {
    const world = await startBroker()
    const plain = await world.client({ clientId: 'plain' })
    const asPublished = await world.client({ clientId: 'rap' })
    await subscribe(plain, 'news')
    await subscribe(asPublished, { topic: 'news', qos: 1, rap: true })

    await publish(plain, 'news', 'x', { retain: true })

    expect((await receive(plain)).retain).toBe(false)
    expect((await receive(asPublished)).retain).toBe(true)
  })

  it('is cleared by an empty one, which is delivered', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })
    await publish(client, 'news', 'x', { retain: true })
    await subscribe(client, { topic: 'news', qos: 1, rh: 2 })

    await publish(client, 'news', '', { retain: true })
    expect((await receive(client)).payload).toHaveLength(0)
    await subscribe(client, 'news')
    await client.settle()

    expect(client.unread()).toEqual([])
  })

  it('expires', async () => {
    const clock = createManualClock()
    const world = await startBroker({ clock })
    const client = await world.client({ clientId: 'a' })
    const properties = { messageExpiryInterval: 10 }
    await publish(client, 'news', 'x', { retain: true, properties })

    clock.advance(11_000)
    await subscribe(client, 'news')
    await client.settle()

    expect(client.unread()).toEqual([])
  })

  it.each([
    { rh: 0, first: 1, again: 1 },
    { rh: 1, first: 1, again: 0 },
    { rh: 2, first: 0, again: 0 },
  ])('with retain handling $rh comes $first times, and again $again times', async (row) => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })
    await publish(client, 'news', 'x', { retain: true })

    await subscribe(client, { topic: 'news', qos: 0, rh: row.rh })
    await client.settle()
    const first = client.unread().length
    await Promise.all(Array.from({ length: first }, () => client.next('publish')))
    await subscribe(client, { topic: 'news', qos: 0, rh: row.rh })
    await client.settle()

    expect(first).toBe(row.first)
    expect(client.unread()).toHaveLength(row.again)
  })

  it('does not come to a shared subscription', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'a' })
    await publish(client, 'news', 'x', { retain: true })

    await subscribe(client, '$share/g/news')
    await client.settle()

    expect(client.unread()).toEqual([])
  })
})
