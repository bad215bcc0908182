import { describe, expect, it } from 'vitest'
import type { BrokerOptions } from '../../../../demo/broker/broker-settings.ts'
import { closeAfterEach, startAskingBroker, startBroker } from '../../../support/broker-world.ts'
import { callManagement, MANAGEMENT } from '../../../support/management-calls.ts'
import { createManualClock } from '../../../support/manual-clock.ts'
import { publish, receive, subscribe } from '../../../support/mqtt-steps.ts'
import { ALLOW } from '../../../support/question-recorder.ts'

closeAfterEach()

async function managed(options: BrokerOptions = {}) {
  const world = await startBroker({ management: MANAGEMENT, ...options })
  const call = (method: string, path: string, body?: unknown) =>
    callManagement(world.broker, method, path, body)
  return { ...world, call }
}

const KEPT = { clientId: 'phone', clean: false, properties: { sessionExpiryInterval: 60 } } as const

describe('a subscription that is ordered', () => {
  it('is reported, asked about by nobody, and delivers', async () => {
    const world = await startAskingBroker(() => ALLOW, { management: MANAGEMENT })
    const phone = await world.client({ clientId: 'phone' })

    await callManagement(world.broker, 'POST', '/clients/phone/subscribe/bulk', [
      { topic: 'group/g/#', qos: 1 },
    ])
    await publish(await world.client({ clientId: 'other' }), 'group/g/inbox/x')

    expect((await receive(phone)).topic).toBe('group/g/inbox/x')
    expect(world.eventsOf('session.subscribed')).toMatchObject([
      { clientid: 'phone', topic: 'group/g/#', qos: 1 },
    ])
    expect(world.topics().map(({ fields }) => fields.action)).toEqual(['publish'])
  })

  it.each([
    [0, 'always', 2],
    [1, 'where it is new', 1],
    [2, 'never', 0],
  ])('with rh %i brings what is retained %s', async (rh, _when, times) => {
    const { client, call } = await managed()
    const phone = await client({ clientId: 'phone' })
    await publish(await client({ clientId: 'other' }), 'a', 'kept', { retain: true })

    for (let round = 0; round < 2; round++) {
      await call('POST', '/clients/phone/subscribe/bulk', [{ topic: 'a', qos: 0, rh }])
    }
    await phone.settle()

    expect(phone.unread()).toHaveLength(times)
  })

  it('for a session without a connection gathers messages for it', async () => {
    const { client, connect, call, event } = await managed()
    const gone = await client(KEPT)
    gone.cut()
    await event('client.disconnected')

    await call('POST', '/clients/phone/subscribe/bulk', [{ topic: 'a', qos: 1 }])
    await publish(await client({ clientId: 'other' }), 'a', 'while away')

    const { client: back } = await connect(KEPT)
    expect((await receive(back)).payload.toString()).toBe('while away')
  })

  it('ends by order, where there is one', async () => {
    const { client, call, eventsOf } = await managed()
    const phone = await client({ clientId: 'phone' })
    await subscribe(phone, 'a', 'b')

    const body = [{ topic: 'a' }, { topic: 'never' }]
    const { status } = await call('POST', '/clients/phone/unsubscribe/bulk', body)

    expect(status).toBe(204)
    expect(eventsOf('session.unsubscribed').map(({ topic }) => topic)).toEqual(['a'])
    expect(await publish(phone, 'a')).toBe(16)
  })

  it.each([
    ['no array', { topic: 'a' }],
    ['no topic', [{ qos: 1 }]],
    ['a QoS of 5', [{ topic: 'a', qos: 5 }]],
    ['no JSON', '[{'],
  ])('is refused with %s', async (_, body) => {
    const { client, call, eventsOf } = await managed()
    await client({ clientId: 'phone' })

    const { status } = await call('POST', '/clients/phone/subscribe/bulk', body)

    expect(status).toBe(400)
    expect(eventsOf('session.subscribed')).toEqual([])
  })
})

describe('a client that is deleted', () => {
  it('is told why, reported as kicked, and unknown from then on', async () => {
    const { client, call, event } = await managed()
    const phone = await client(KEPT)

    const { status } = await call('DELETE', '/clients/phone')

    expect(status).toBe(204)
    expect((await phone.next('disconnect')).reasonCode).toBe(152)
    expect((await event('client.disconnected')).reason).toBe('kicked')
    expect((await call('GET', '/clients/phone')).status).toBe(404)
  })

  it('takes the session along, without an event where it was offline', async () => {
    const { client, connect, call, event, eventsOf } = await managed()
    const gone = await client(KEPT)
    gone.cut()
    await event('client.disconnected')

    await call('POST', '/clients/kickout/bulk', ['phone', 'nobody'])

    expect((await connect(KEPT)).connack.sessionPresent).toBe(false)
    expect(eventsOf('client.disconnected')).toHaveLength(1)
  })
})

describe('the cached verdicts', () => {
  it.each(['/clients/phone/authorization/cache', '/authorization/cache'])(
    'are forgotten by DELETE %s',
    async (path) => {
      const world = await startAskingBroker(() => ALLOW, { management: MANAGEMENT })
      const phone = await world.client({ clientId: 'phone' })
      await publish(phone, 'a')
      await publish(phone, 'a')
      expect(world.topics()).toHaveLength(1)

      await callManagement(world.broker, 'DELETE', path)
      await publish(phone, 'a')

      expect(world.topics()).toHaveLength(2)
    },
  )
})

describe('a message that is published by order', () => {
  it('comes from http_api and carries what was asked for', async () => {
    const { client, call, event } = await managed()
    const phone = await client({ clientId: 'phone' })
    await subscribe(phone, 'a')

    const { status } = await call('POST', '/publish', {
      topic: 'a',
      payload: '/wAB',
      payload_encoding: 'base64',
      qos: 1,
      clientid: 'somebody else',
      properties: { user_properties: { k: 'v' } },
    })

    const { payload, properties } = await receive(phone)
    expect(status).toBe(200)
    expect(payload).toEqual(Buffer.from('ff0001', 'hex'))
    expect({ ...properties?.userProperties }).toEqual({ k: 'v' })
    expect(await event('message.publish')).toMatchObject({ clientid: 'http_api', topic: 'a' })
  })
})

describe('the list of clients', () => {
  it('comes page by page, and only with the fields that were asked for', async () => {
    const { client, call } = await managed()
    for (const clientId of ['a', 'b', 'c']) await client({ clientId, username: 'ann' })

    const pages = [1, 2].map((page) => call('GET', `/clients?page=${page}&limit=2&fields=clientid`))

    expect((await Promise.all(pages)).map(({ body }) => body)).toEqual([
      {
        data: [{ clientid: 'a' }, { clientid: 'b' }],
        meta: { page: 1, limit: 2, count: 3, hasnext: true },
      },
      { data: [{ clientid: 'c' }], meta: { page: 2, limit: 2, count: 3, hasnext: false } },
    ])
  })
})

describe('a client that has just connected', () => {
  it('is unknown for a while, where that is switched on', async () => {
    const clock = createManualClock()
    const { broker, client, call } = await managed({ clock })
    broker.fail({ unknownAfterConnectMs: 500 })
    await client({ clientId: 'phone' })

    const early = await call('POST', '/clients/phone/subscribe/bulk', [{ topic: 'a', qos: 1 }])
    clock.advance(500)
    const late = await call('POST', '/clients/phone/subscribe/bulk', [{ topic: 'a', qos: 1 }])

    expect([early.status, late.status]).toEqual([404, 200])
  })
})
