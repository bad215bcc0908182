import { describe, expect, it } from 'vitest'
import type { BrokerOptions } from '../../../demo/broker/broker-settings.ts'
import { createEmqx5Control } from '../../../src/broker/management/emqx5-control.ts'
import { closeAfterEach, closeLater, startBroker } from '../../support/broker-world.ts'
import { API_KEY, MANAGEMENT } from '../../support/management-calls.ts'
import { publish, receive } from '../../support/mqtt-steps.ts'

closeAfterEach()

const never = new AbortController().signal
const KEPT = {
  clientId: 'phone',
  username: 'ann',
  clean: false,
  properties: { sessionExpiryInterval: 60 },
} as const

async function managed(options: BrokerOptions = {}) {
  const world = await startBroker({ management: MANAGEMENT, ...options })
  const { url } = world.broker.management
  const control = createEmqx5Control({ url, ...API_KEY, concurrency: 2 })
  closeLater(() => control.close())
  return { ...world, control }
}

describe('a client of the broker', () => {
  it('is what its events say it is, connected or not', async () => {
    const { control, client, event } = await managed()
    const phone = await client(KEPT)
    const { peername, connected_at } = await event('client.connected')

    const there = await control.readClient('phone', never)
    phone.cut()
    await event('client.disconnected')
    const gone = await control.readClient('phone', never)

    const value = {
      clientId: 'phone',
      username: 'ann',
      node: 'herald-demo@127.0.0.1',
      peername,
      connectedAt: connected_at,
      isCleanStart: false,
      expirySeconds: 60,
      subscriptionsCount: 0,
    }
    expect(there).toEqual({ kind: 'done', value: { ...value, isConnected: true } })
    expect(gone).toEqual({ kind: 'done', value: { ...value, isConnected: false } })
  })

  it('is subscribed at QoS 1, gets what is retained once, and is unsubscribed', async () => {
    const { control, client, eventsOf } = await managed()
    const other = await client({ clientId: 'other' })
    await publish(other, 'group/g/note', 'kept', { retain: true })
    const phone = await client(KEPT)

    for (let round = 0; round < 2; round++) {
      await control.subscribe('phone', ['group/g/#', 'user/ann/#'], never)
    }
    expect((await receive(phone)).payload.toString()).toBe('kept')
    await phone.settle()
    expect(phone.unread()).toEqual([])
    expect(await control.subscriptionsOf('phone', never)).toEqual({
      kind: 'done',
      value: [
        { filter: 'group/g/#', qos: 1 },
        { filter: 'user/ann/#', qos: 1 },
      ],
    })
    await control.unsubscribe('phone', ['group/g/#'], never)

    expect(eventsOf('session.unsubscribed').map(({ topic }) => topic)).toEqual(['group/g/#'])
  })

  it('is listed with all others, page after page', async () => {
    const { control, client } = await managed()
    for (const clientId of ['a', 'b', 'c']) await client({ clientId })

    const page = await control.listClients(undefined, never)

    expect(page).toMatchObject({
      kind: 'done',
      value: {
        clients: [{ clientId: 'a' }, { clientId: 'b' }, { clientId: 'c' }],
        next: undefined,
      },
    })
  })

  it('is sent away with its session', async () => {
    const { control, client, event } = await managed()
    await client(KEPT)

    expect(await control.endSession('phone', never)).toEqual({ kind: 'done', value: undefined })

    expect((await event('client.disconnected')).reason).toBe('kicked')
    expect(await control.readClient('phone', never)).toEqual({ kind: 'absent' })
  })

  it('is absent everywhere where there is none', async () => {
    const { control } = await managed()

    const answers = await Promise.all([
      control.readClient('nobody', never),
      control.subscriptionsOf('nobody', never),
      control.subscribe('nobody', ['a'], never),
      control.unsubscribe('nobody', ['a'], never),
      control.endSession('nobody', never),
      control.clearTopicCache('nobody', never),
    ])

    expect(answers.map(({ kind }) => kind)).toEqual(Array(6).fill('absent'))
  })

  it.each(['a/b c', 'ä+#?%', '100%', '%2e%2e', 'kickout'])('can be called %j', async (clientId) => {
    const { control, client } = await managed()
    await client({ ...KEPT, clientId })

    expect(await control.readClient(clientId, never)).toMatchObject({ value: { clientId } })
  })

  it.each(['', '.', '..', '\ud800'])('can not be called %j, which is no segment', async (id) => {
    const { control, broker } = await managed()

    const answer = await control.clearTopicCache(id, never)

    expect(answer.kind).toBe('refused')
    expect(broker.management.calls.size).toBe(0)
  })
})

describe('a filter', () => {
  it.each(['a/#/b', 'a#', '', 'a\u0000b'])('like %j is not sent', async (filter) => {
    const { control, client, broker } = await managed()
    await client(KEPT)

    const answers = [
      await control.subscribe('phone', ['fine', filter], never),
      await control.unsubscribe('phone', ['fine', filter], never),
    ]

    expect(answers.map(({ kind }) => kind)).toEqual(['refused', 'refused'])
    expect(broker.management.calls.size).toBe(0)
  })

  it('that is none makes no call', async () => {
    const { control, broker } = await managed()

    await control.subscribe('phone', [], never)
    await control.unsubscribe('phone', [], never)

    expect(broker.management.calls.size).toBe(0)
  })
})

describe('a message', () => {
  it('arrives, bytes and user properties, and is done though nobody is subscribed', async () => {
    const { control, client, event } = await managed()
    const message = {
      topic: 'user/ann/inbox/herald',
      payload: Buffer.from('ff0001', 'hex'),
      qos: 1,
      userProperties: { kind: 'notice' },
    } as const

    expect(await control.publish(message, never)).toEqual({ kind: 'done', value: undefined })
    const phone = await client(KEPT)
    await control.subscribe('phone', ['user/ann/#'], never)
    await control.publish(message, never)

    const received = await receive(phone)
    expect(received.payload).toEqual(message.payload)
    expect({ ...received.properties?.userProperties }).toEqual({ kind: 'notice' })
    expect((await event('message.publish')).clientid).toBe('http_api')
  })

  it('to what is no topic is not sent', async () => {
    const { control, broker } = await managed()

    const answer = await control.publish({ topic: 'a/+', payload: Buffer.alloc(0), qos: 0 }, never)

    expect(answer).toEqual({ kind: 'refused', reason: expect.stringContaining('"a/+"') })
    expect(broker.management.calls.size).toBe(0)
  })
})

describe('the broker', () => {
  it('is as old as its oldest node that runs', async () => {
    const { control, broker } = await managed({ otherNodes: ['two@host'] })

    const both = await control.capabilities(never)
    broker.die({ node: 'two@host' })
    const one = await control.capabilities(never)

    const value = { generation: 'emqx5', version: '5.8.9' }
    const first = 'herald-demo@127.0.0.1'
    expect(both).toEqual({ kind: 'done', value: { ...value, nodes: [first, 'two@host'] } })
    expect(one).toEqual({ kind: 'done', value: { ...value, nodes: [first] } })
  })

  it('forgets all verdicts, though this version keeps none for a node', async () => {
    const { control, broker } = await managed()

    expect(await control.clearTopicCaches(never)).toEqual({ kind: 'done', value: undefined })

    expect(Object.fromEntries(broker.management.calls)).toEqual({
      'DELETE /authorization/cache': 1,
    })
  })

  it('that does not know a client just after its connect says it is absent', async () => {
    const { control, client, broker } = await managed()
    broker.fail({ unknownAfterConnectMs: 60_000 })
    await client(KEPT)

    expect(await control.subscribe('phone', ['a'], never)).toEqual({ kind: 'absent' })
  })
})
