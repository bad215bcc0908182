import { describe, expect, it } from 'vitest'
import {
  type BrokerWorld,
  closeAfterEach,
  startAskingBroker,
  startBroker,
} from '../../support/broker-world.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { subscribe } from '../../support/mqtt-steps.ts'
import { ALLOW, DENY } from '../../support/question-recorder.ts'
import type { RawMqtt } from '../../support/raw-mqtt.ts'

closeAfterEach()

const WILL = { topic: 'wills/a', payload: Buffer.from('goodbye'), qos: 1, retain: false } as const

describe('a will', () => {
  it('is published when the connection breaks, before the end is reported', async () => {
    const { world, heir } = await startWithHeir()
    const client = await world.client({ clientId: 'a', username: 'ann', will: WILL })

    client.cut()

    expect((await heir.next('publish')).payload.toString()).toBe('goodbye')
    await world.event('client.disconnected')
    const names = world.events.map(({ event }) => event)
    expect(names.indexOf('message.publish')).toBeLessThan(names.indexOf('client.disconnected'))
    expect(world.eventsOf('message.publish')).toMatchObject([
      // As in EMQX, a will has a name but no address.
      { clientid: 'a', username: 'ann', peername: 'undefined', peerhost: 'undefined' },
    ])
  })

  it('is not published after a normal DISCONNECT', async () => {
    const { world, heir } = await startWithHeir()
    const client = await world.client({ clientId: 'a', will: WILL })

    client.send({ cmd: 'disconnect', reasonCode: 0 })

    await world.event('client.disconnected')
    await heir.settle()
    expect(heir.unread()).toEqual([])
  })

  it('is published after a DISCONNECT that asks for it', async () => {
    const { world, heir } = await startWithHeir()
    const client = await world.client({ clientId: 'a', will: WILL })

    client.send({ cmd: 'disconnect', reasonCode: 4 })

    await heir.next('publish')
    expect(await world.event('client.disconnected')).toMatchObject({
      reason: 'disconnect_with_will_message',
    })
  })

  it('is asked about as a publish when it fires, and is not published against a no', async () => {
    const world = await startAskingBroker(({ path, fields }) =>
      path === '/authz' && fields.action === 'publish' ? DENY : ALLOW,
    )
    const heir = await world.client({ clientId: 'heir' })
    await subscribe(heir, 'wills/#')
    const client = await world.client({ clientId: 'a', will: { ...WILL, retain: true } })

    client.cut()

    await world.event('client.disconnected')
    await heir.settle()
    expect(heir.unread()).toEqual([])
    expect(world.topics().at(-1)?.fields).toMatchObject({
      clientid: 'a',
      action: 'publish',
      topic: 'wills/a',
      qos: '1',
      retain: 'true',
    })
  })

  it('is never published for a client that was turned away', async () => {
    const world = await startAskingBroker(() => DENY)

    await world.connect({ clientId: 'a', will: WILL })

    expect(world.topics()).toEqual([])
  })

  it('with a delay waits for the client to come back', async () => {
    const clock = createManualClock()
    const { world, heir } = await startWithHeir({ clock })
    const login = delayed(10, 60)
    const first = await world.client(login)
    first.cut()
    await world.event('client.disconnected')
    clock.advance(9999)

    await world.client(login)
    clock.advance(60_000)

    await heir.settle()
    expect(heir.unread()).toEqual([])
  })

  it('with a delay is published when the delay is over', async () => {
    const clock = createManualClock()
    const { world, heir } = await startWithHeir({ clock })
    const client = await world.client(delayed(10, 60))
    client.cut()
    await world.event('client.disconnected')

    clock.advance(9999)
    await heir.settle()
    const early = heir.unread().length
    clock.advance(1)

    expect(early).toBe(0)
    const message = await heir.next('publish')
    expect(message.properties).toBeUndefined()
  })

  it('with a delay longer than the session is published when the session ends', async () => {
    const clock = createManualClock()
    const { world, heir } = await startWithHeir({ clock })
    const client = await world.client(delayed(100, 20))
    client.cut()
    await world.event('client.disconnected')

    clock.advance(20_000)

    await heir.next('publish')
  })

  it('without a delay is published when another connection takes the session over', async () => {
    const { world, heir } = await startWithHeir()
    await world.client({ ...delayed(0, 60) })

    await world.client({ ...delayed(0, 60) })

    await heir.next('publish')
  })

  it('is published, delay or not, when the client starts clean', async () => {
    const { world, heir } = await startWithHeir()
    await world.client(delayed(10, 60))

    await world.client({ clientId: 'a', clean: true })

    await heir.next('publish')
  })
})

function delayed(willDelayInterval: number, sessionExpiryInterval: number) {
  const will = { ...WILL, properties: { willDelayInterval } }
  return { clientId: 'a', clean: false, will, properties: { sessionExpiryInterval } }
}

/** A broker, and somebody who is subscribed to all wills. */
async function startWithHeir(
  options: Parameters<typeof startBroker>[0] = {},
): Promise<{ world: BrokerWorld; heir: RawMqtt }> {
  const world = await startBroker(options)
  const heir = await world.client({ clientId: 'heir' })
  await subscribe(heir, { topic: 'wills/#', qos: 0 })
  return { world, heir }
}
