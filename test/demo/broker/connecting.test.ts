import { describe, expect, it } from 'vitest'
import {
  closeAfterEach,
  closeLater,
  startAskingBroker,
  startBroker,
} from '../../support/broker-world.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { subscribe } from '../../support/mqtt-steps.ts'
import { ALLOW, DENY } from '../../support/question-recorder.ts'
import { openRaw } from '../../support/raw-mqtt.ts'

closeAfterEach()

describe('a CONNECT', () => {
  it('without user name and password is asked about too', async () => {
    const world = await startAskingBroker(() => DENY)

    const { connack } = await world.connect({ clientId: 'nobody', protocolVersion: 4 })

    expect(connack.returnCode).toBe(5)
    expect(world.logins()[0]?.fields).toEqual({
      clientid: 'nobody',
      username: '',
      password: '',
      peerhost: '127.0.0.1',
    })
  })

  it('whose password is not UTF-8 is refused without a question', async () => {
    const world = await startAskingBroker(() => ALLOW)
    const password = Buffer.from([0xff, 0xfe])

    const v4 = await world.connect({ username: 'u', password, protocolVersion: 4 })
    const v5 = await world.connect({ username: 'u', password, protocolVersion: 5 })

    expect(v4.connack.returnCode).toBe(5)
    expect(v5.connack.reasonCode).toBe(135)
    expect(world.logins()).toEqual([])
  })

  it('without a client id is given one, and an MQTT 5 client is told which', async () => {
    const world = await startAskingBroker(() => ALLOW)

    const { connack } = await world.connect({ clientId: '' })

    const assigned = connack.properties?.assignedClientIdentifier
    expect(assigned).toMatch(/^[-\w]{16}$/)
    expect(world.logins()[0]?.fields.clientid).toBe(assigned)
    expect(world.eventsOf('client.connected')[0]?.clientid).toBe(assigned)
  })

  it('without a client id but with a session to keep is refused', async () => {
    const world = await startAskingBroker(() => ALLOW)

    const v4 = await openRaw(world.broker.tcpPort, 4)
    const v5 = await openRaw(world.broker.tcpPort, 5)

    // mqtt-packet would not write them.
    v4.write(Buffer.from('100c00044d5154540400003c0000', 'hex'))
    v5.write(Buffer.from('100d00044d5154540500003c000000', 'hex'))

    expect((await v4.next('connack')).returnCode).toBe(2)
    expect((await v5.next('connack')).reasonCode).toBe(133)
    expect(world.logins()).toEqual([])
  })

  it('tells an MQTT 5 client what EMQX 5.8.9 tells it', async () => {
    const world = await startBroker()

    const { connack } = await world.connect({ properties: { receiveMaximum: 10 } })

    expect(connack.properties).toEqual({
      receiveMaximum: 10,
      maximumPacketSize: 1_048_576,
      retainAvailable: true,
      sharedSubscriptionAvailable: true,
      subscriptionIdentifiersAvailable: true,
      topicAliasMaximum: 65_535,
      wildcardSubscriptionAvailable: true,
    })
  })

  it('that asks for a receive maximum of 0 is a protocol error', async () => {
    const world = await startBroker()

    const { connack } = await world.connect({ properties: { receiveMaximum: 0 } })

    expect(connack.reasonCode).toBe(130)
  })

  it('with a will that nobody can subscribe to is refused', async () => {
    const world = await startBroker()
    const will = { topic: 'a/+', payload: Buffer.from('x') }

    const v4 = await world.connect({ will, protocolVersion: 4 })
    const v5 = await world.connect({ will })

    expect(v4.connack.returnCode).toBe(3)
    expect(v5.connack.reasonCode).toBe(144)
  })

  it('with a method of extended authentication is refused without a question', async () => {
    const world = await startAskingBroker(() => ALLOW)

    const { connack } = await world.connect({ properties: { authenticationMethod: 'SCRAM' } })

    expect(connack.reasonCode).toBe(135)
    expect(world.logins()).toEqual([])
  })

  it('for another version of MQTT is told so', async () => {
    const world = await startBroker()
    const client = await openRaw(world.broker.tcpPort, 4)

    client.write(Buffer.from('100c00044d5154540602003c0000', 'hex'))

    expect((await client.next('connack')).returnCode).toBe(1)
    await client.closed
  })

  it('of MQTT 3.1 is understood', async () => {
    const world = await startBroker()

    const { connack } = await world.connect({ protocolId: 'MQIsdp', protocolVersion: 3 })

    expect(connack.returnCode).toBe(0)
    expect(world.eventsOf('client.connected')).toMatchObject([
      { proto_name: 'MQIsdp', proto_ver: 3 },
    ])
  })

  it('is let in by a broker without a login hook', async () => {
    const world = await startBroker()

    const { connack } = await world.connect({ username: 'anybody' })

    expect(connack.reasonCode).toBe(0)
  })

  it('is refused when the hook cannot be reached', async () => {
    const gone = await startAskingBroker(() => ALLOW)
    await gone.recorder.close()

    const { connack } = await gone.connect({ username: 'u' })

    expect(connack.reasonCode).toBe(135)
  })
})

describe('a connection', () => {
  it('that says something else than CONNECT first is closed without a word', async () => {
    const world = await startBroker()
    const client = await openRaw(world.broker.tcpPort)

    client.send({ cmd: 'pingreq' })

    await client.closed
    expect(client.unread()).toEqual([])
    expect(world.events).toEqual([])
  })

  it('that says nothing for 15 seconds is closed', async () => {
    const clock = createManualClock()
    const world = await startBroker({ clock })
    const early = await openRaw(world.broker.tcpPort)
    // The broker has seen the first connection when it has answered a later one.
    await world.connect({ clientId: 'later' })

    clock.advance(15_000)

    await early.closed
    expect(world.eventsOf('client.disconnected')).toEqual([])
  })

  it('that says CONNECT twice is a protocol error', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'twice' })

    client.send({ cmd: 'connect', clientId: 'twice', protocolVersion: 5, protocolId: 'MQTT' })

    expect((await client.next('disconnect')).reasonCode).toBe(130)
    await client.closed
    expect(world.eventsOf('client.disconnected')).toMatchObject([{ reason: 'protocol_error' }])
  })

  it('that sends what is not MQTT is told so in MQTT 5', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'noise' })

    client.write(Buffer.from('3f020000', 'hex'))

    expect((await client.next('disconnect')).reasonCode).toBe(129)
    await client.closed
  })

  it('of an MQTT 5 client that sends too much is told so, and its session stays', async () => {
    const world = await startBroker({ packetBytesMax: 1000 })
    const properties = { sessionExpiryInterval: 60 }
    const client = await world.client({ clientId: 'big', clean: false, properties })

    client.send(big())

    expect((await client.next('disconnect')).reasonCode).toBe(149)
    await client.closed
    expect(world.eventsOf('client.disconnected')).toMatchObject([{ reason: 'frame_too_large' }])
    const { connack } = await world.connect({ clientId: 'big', clean: false, properties })
    expect(connack.sessionPresent).toBe(true)
  })

  it('of a 3.1.1 client that sends too much ends without an event, session and all', async () => {
    const world = await startBroker({ packetBytesMax: 1000 })
    const client = await world.client({ clientId: 'big', clean: false, protocolVersion: 4 })

    client.send(big())

    await client.closed
    const again = await world.connect({ clientId: 'big', clean: false, protocolVersion: 4 })
    expect(again.connack.sessionPresent).toBe(false)
    expect(world.eventsOf('client.disconnected')).toEqual([])
  })

  it('is kept as long as the client speaks once within one and a half intervals', async () => {
    const clock = createManualClock()
    const world = await startBroker({ clock })
    const client = await world.client({ clientId: 'slow', keepalive: 10 })
    clock.advance(14_000)
    await client.settle()

    clock.advance(14_000)
    await client.settle()
    clock.advance(15_000)

    expect((await client.next('disconnect')).reasonCode).toBe(141)
    expect(world.eventsOf('client.disconnected')).toMatchObject([{ reason: 'keepalive_timeout' }])
  })

  it('without a keep alive interval is kept', async () => {
    const clock = createManualClock()
    const world = await startBroker({ clock })
    const client = await world.client({ clientId: 'quiet', keepalive: 0 })

    clock.advance(24 * 3600_000)

    await client.settle()
  })

  it('that breaks off is reported as tcp_closed, with the time it began', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'gone' })

    client.cut()

    const end = await world.event('client.disconnected')
    const [connected] = world.eventsOf('client.connected')
    expect(end).toMatchObject({ reason: 'tcp_closed', connected_at: connected?.connected_at })
    expect(end.peername).toBe(connected?.peername)
  })
})

describe('a login that expires', () => {
  it('ends the connection with not_authorized, and its will is asked about', async () => {
    const clock = createManualClock()
    const expire_at = clock.now() / 1000 + 3
    const world = await startAskingBroker(
      () => ({ status: 200, body: { result: 'allow', expire_at } }),
      { clock },
    )
    const will = { topic: 'will/e', payload: Buffer.from('x') }
    const client = await world.client({ clientId: 'brief', will })
    clock.advance(2999)
    await client.settle()

    clock.advance(1)

    expect((await client.next('disconnect')).reasonCode).toBe(135)
    expect(await world.event('client.disconnected')).toMatchObject({ reason: 'not_authorized' })
    expect(world.topics()[0]?.fields).toMatchObject({ topic: 'will/e', action: 'publish' })
  })
})

describe('a hook', () => {
  it.each(['https://127.0.0.1/authn', 'not a URL'])('at %j stops the start', async (connectUrl) => {
    await expect(startBroker({ hooks: { connectUrl } })).rejects.toThrow()
  })
})

describe('closing the broker', () => {
  it('sends MQTT 5 clients away with a reason, and reports nothing', async () => {
    const world = await startBroker()
    const client = await world.client({ clientId: 'last' })
    await subscribe(client, 'a/b')
    const before = world.events.length

    await world.broker.close()

    expect((await client.next('disconnect')).reasonCode).toBe(139)
    await client.closed
    expect(world.events).toHaveLength(before)
  })

  it('does not wait for a hook that does not answer', async () => {
    const world = await startAskingBroker(() => 'hang')
    const asked = world.recorder.next()
    const client = await openRaw(world.broker.tcpPort)
    closeLater(() => client.cut())
    client.send({ cmd: 'connect', clientId: 'waiting', protocolVersion: 5, protocolId: 'MQTT' })
    await asked

    await world.broker.close()

    await client.closed
  })
})

function big() {
  const payload = Buffer.alloc(1001)
  return { cmd: 'publish', topic: 't', payload, qos: 0, dup: false, retain: false } as const
}
