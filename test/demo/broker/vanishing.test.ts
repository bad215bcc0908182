import { describe, expect, it } from 'vitest'
import { closeAfterEach, startBroker } from '../../support/broker-world.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { publish, receive, subscribe } from '../../support/mqtt-steps.ts'

closeAfterEach()

const KEPT = {
  clientId: 'phone',
  clean: false,
  keepalive: 60,
  properties: { sessionExpiryInterval: 3_600 },
} as const

describe('a client that vanishes without a word', () => {
  it('counts as connected until it was silent for one and a half times its keepalive', async () => {
    const clock = createManualClock()
    const { broker, client, event, eventsOf } = await startBroker({ clock })
    await client(KEPT)

    broker.freeze('phone')
    clock.advance(89_999)
    expect(eventsOf('client.disconnected')).toEqual([])
    clock.advance(1)

    expect(await event('client.disconnected')).toMatchObject({
      clientid: 'phone',
      reason: 'keepalive_timeout',
    })
  })

  it('is not heard any more, not even when its connection ends', async () => {
    const clock = createManualClock()
    const { broker, client, event, eventsOf } = await startBroker({ clock })
    const phone = await client(KEPT)
    broker.freeze('phone')

    phone.send({ cmd: 'pingreq' })
    phone.cut()
    await phone.closed
    // Another client's round trip: whatever the broker has noticed, it has noticed by now.
    await (await client({ clientId: 'other' })).settle()

    expect(eventsOf('client.disconnected')).toEqual([])
    clock.advance(90_000)
    expect((await event('client.disconnected')).reason).toBe('keepalive_timeout')
  })

  it('acknowledges nothing, and gets it again when it is back', async () => {
    const { broker, client, connect, eventsOf } = await startBroker()
    await subscribe(await client(KEPT), 'x')
    broker.freeze('phone')

    await publish(await client({ clientId: 'other' }), 'x', 'into the void')
    expect(eventsOf('message.acked')).toEqual([])
    const back = await connect(KEPT)

    expect(back.connack.sessionPresent).toBe(true)
    expect((await receive(back.client)).payload.toString()).toBe('into the void')
    expect(eventsOf('client.disconnected').map(({ reason }) => reason)).toEqual(['takenover'])
  })
})

describe('a client that is cut off', () => {
  it('has left at once', async () => {
    const { broker, client, event } = await startBroker()
    const phone = await client(KEPT)

    broker.cut('phone')

    expect((await event('client.disconnected')).reason).toBe('tcp_closed')
    await phone.closed
  })
})
