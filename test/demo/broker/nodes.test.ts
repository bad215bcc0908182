import { describe, expect, it } from 'vitest'
import {
  closeAfterEach,
  closeLater,
  startAskingBroker,
  startBroker,
} from '../../support/broker-world.ts'
import { callManagement, MANAGEMENT } from '../../support/management-calls.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { receive, subscribe } from '../../support/mqtt-steps.ts'
import { ALLOW, startQuestionRecorder } from '../../support/question-recorder.ts'

closeAfterEach()

const TWO = {
  node: 'one@host',
  otherNodes: ['two@host'],
  nodeOf: (clientId: string) => (clientId.startsWith('b') ? 'two@host' : 'one@host'),
  management: MANAGEMENT,
}

const WILL = { topic: 'wills', payload: Buffer.from('dead'), qos: 0, retain: false } as const

function kept(clientId: string) {
  return { clientId, clean: false, properties: { sessionExpiryInterval: 60 } }
}

describe('a node that dies', () => {
  it('has its clients gone without an event, a will or a session, and leaves the others alone', async () => {
    const { broker, client, connect, events } = await startBroker(TWO)
    const ann = await client(kept('ann'))
    await subscribe(ann, 'wills')
    const bob = await client({ ...kept('bob'), will: WILL })
    const before = events.length

    broker.die({ node: 'two@host' })
    await bob.closed
    await ann.settle()

    expect(events.slice(before)).toEqual([])
    expect(ann.unread()).toEqual([])
    expect((await callManagement(broker, 'GET', '/clients/bob')).status).toBe(404)
    expect((await connect(kept('bob'))).connack.sessionPresent).toBe(false)
  })

  it('is listed as stopped, and its clients come back on another one', async () => {
    const { broker, client, eventsOf } = await startBroker(TWO)
    await client(kept('bob'))

    broker.die({ node: 'two@host' })
    await client(kept('bob'))
    const { body } = await callManagement(broker, 'GET', '/nodes')

    expect(body).toMatchObject([
      { node: 'one@host', node_status: 'running', version: '5.8.9', live_connections: 1 },
      { node: 'two@host', node_status: 'stopped' },
    ])
    expect(eventsOf('client.connected').map(({ node }) => node)).toEqual(['two@host', 'one@host'])
  })

  it('keeps sessions where it has them on disk', async () => {
    const { broker, client, connect } = await startBroker({ management: MANAGEMENT })
    const phone = await client(kept('phone'))
    await subscribe(phone, 'a')

    broker.die({ keeps: 'sessions' })
    await phone.closed
    broker.revive()
    await callManagement(broker, 'POST', '/publish', { topic: 'a', payload: 'x', qos: 1 })

    const { client: back, connack } = await connect(kept('phone'))
    expect(connack.sessionPresent).toBe(true)
    expect((await receive(back)).payload.toString()).toBe('x')
  })

  it('takes along a will that waits for its delay', async () => {
    const clock = createManualClock()
    const { broker, client, event, eventsOf } = await startBroker({ clock })
    const will = { ...WILL, properties: { willDelayInterval: 10 } }
    const phone = await client({ ...kept('phone'), will })
    phone.cut()
    await event('client.disconnected')

    broker.die({ keeps: 'sessions' })
    clock.advance(60_000)
    broker.revive()
    await (await client({ clientId: 'other' })).settle()

    expect(eventsOf('message.publish')).toEqual([])
  })

  it('takes along the events that wait to be sent, where it was the last one', async () => {
    const recorder = await startQuestionRecorder(() => 'hang')
    closeLater(() => recorder.close())
    const events = { url: `${recorder.url}/e`, inflightMax: 1 }
    const { broker, client } = await startBroker({ events })
    await client({ clientId: 'ann' })
    await client({ clientId: 'bob' })
    await client({ clientId: 'carol' })

    broker.die()

    expect(broker.eventCounts.dropped).toBe(2)
  })

  it('takes along who is just logging in', async () => {
    const { promise: answer, resolve } = Promise.withResolvers<typeof ALLOW>()
    const world = await startAskingBroker(() => answer, { management: MANAGEMENT })
    const { broker, recorder, connect, events } = world
    const asked = recorder.next()

    const connecting = connect(kept('phone'))
    await asked
    broker.die()
    resolve(ALLOW)
    await expect(connecting).rejects.toThrow('closed')
    broker.revive()

    expect(events.filter(({ event }) => event === 'client.connected')).toEqual([])
  })

  it('takes along what is just being asked about', async () => {
    const { promise: answer, resolve } = Promise.withResolvers<typeof ALLOW>()
    const world = await startAskingBroker(({ path }) => (path === '/authn' ? ALLOW : answer), TWO)
    const { broker, client, recorder, eventsOf } = world
    const bob = await client(kept('bob'))
    const asked = recorder.next()
    bob.send({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false })
    await asked

    broker.die({ node: 'two@host' })
    resolve(ALLOW)
    await world.event('client.check_authz_complete')
    await callManagement(broker, 'GET', '/nodes')

    expect(eventsOf('message.publish')).toEqual([])
  })

  it('closes all doors where it was the last one, until it is back', async () => {
    const { broker, client } = await startBroker({ management: MANAGEMENT })

    broker.die()
    await expect(client({ clientId: 'phone' })).rejects.toThrow()
    await expect(callManagement(broker, 'GET', '/nodes')).rejects.toThrow('fetch failed')
    broker.revive()

    await client({ clientId: 'phone' })
    expect((await callManagement(broker, 'GET', '/clients/phone')).status).toBe(200)
  })
})
