import type { IPublishPacket } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { type BrokerWorld, closeAfterEach, startBroker } from '../../support/broker-world.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { acknowledge, publish, receive, subscribe } from '../../support/mqtt-steps.ts'
import type { RawMqtt } from '../../support/raw-mqtt.ts'

closeAfterEach()

describe('a message', () => {
  it.each([
    { published: 0, subscribed: 2, arrives: 0 },
    { published: 1, subscribed: 2, arrives: 1 },
    { published: 2, subscribed: 2, arrives: 2 },
    { published: 2, subscribed: 1, arrives: 1 },
    { published: 2, subscribed: 0, arrives: 0 },
  ] as const)('of QoS $published arrives with $arrives at QoS $subscribed', async (row) => {
    const { world, sender, receiver } = await startPair()
    await subscribe(receiver, { topic: 'a', qos: row.subscribed })

    await publishAny(sender, { topic: 'a', payload: 'hi', qos: row.published })

    const message = await receiver.next('publish')
    expect(message).toMatchObject({ qos: row.arrives, retain: false, dup: false })
    expect(world.eventsOf('message.delivered')).toMatchObject([{ qos: row.arrives }])
  })

  it('carries its MQTT 5 properties to the receiver, but not the alias it came under', async () => {
    const { sender, receiver } = await startPair()
    await subscribe(receiver, 'a')
    const properties = {
      payloadFormatIndicator: true,
      contentType: 'application/json',
      responseTopic: 'answers/1',
      correlationData: Buffer.from([0, 255]),
      userProperties: { one: '1', many: ['x', 'y'] },
    }

    await publish(sender, 'a', '{}', { properties: { ...properties, topicAlias: 4 } })

    const message = await receive(receiver)
    expect(message.properties).toEqual({
      ...properties,
      userProperties: expect.objectContaining(properties.userProperties),
    })
  })

  it('reaches a 3.1.1 client without its properties', async () => {
    const { world, sender } = await startPair()
    const receiver = await world.client({ clientId: 'old', protocolVersion: 4 })
    await subscribe(receiver, 'a')

    await publish(sender, 'a', 'hi', { properties: { contentType: 'text/plain' } })

    const message = await receive(receiver)
    expect(message.payload.toString()).toBe('hi')
    expect(message.properties).toBeUndefined()
  })

  it('arrives byte for byte, whatever its bytes', async () => {
    const { sender, receiver } = await startPair()
    await subscribe(receiver, 'a')
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256))

    await publish(sender, 'a', bytes)

    const { payload } = await receive(receiver)
    expect(Buffer.compare(Buffer.from(payload), bytes)).toBe(0)
  })

  it('under a topic alias goes to the topic that the alias stands for', async () => {
    const { sender, receiver } = await startPair()
    await subscribe(receiver, 'long/topic')

    await publish(sender, 'long/topic', '1', { properties: { topicAlias: 1 } })
    await publish(sender, '', '2', { properties: { topicAlias: 1 } })

    expect((await receive(receiver)).topic).toBe('long/topic')
    expect(await receive(receiver)).toMatchObject({ topic: 'long/topic' })
  })

  it('under an alias that stands for nothing is a protocol error', async () => {
    const { sender } = await startPair()

    const publishing = publish(sender, '', 'x', { properties: { topicAlias: 9 } })

    await expect(publishing).rejects.toThrow('"reasonCode":130')
  })

  it('is sent under an alias to a client that allows one', async () => {
    const { world, sender } = await startPair()
    const receiver = await world.client({
      clientId: 'short',
      properties: { topicAliasMaximum: 1 },
    })
    await subscribe(receiver, 'a/#')

    for (const topic of ['a/1', 'a/1', 'a/2']) await publish(sender, topic)

    const first = await receive(receiver)
    const second = await receive(receiver)
    const third = await receive(receiver)
    expect(first).toMatchObject({ topic: 'a/1', properties: { topicAlias: 1 } })
    expect(second).toMatchObject({ topic: '', properties: { topicAlias: 1 } })
    expect(third.topic).toBe('a/2')
    expect(third.properties).toBeUndefined()
  })

  it('larger than a client takes is left out, and the next one arrives', async () => {
    const { world, sender } = await startPair()
    const receiver = await world.client({
      clientId: 'small',
      properties: { maximumPacketSize: 100, receiveMaximum: 1 },
    })
    await subscribe(receiver, 'a')

    await publish(sender, 'a', Buffer.alloc(200))
    await publish(sender, 'a', 'small enough')

    expect((await receive(receiver)).payload.toString()).toBe('small enough')
  })

  it.each(['a/+', 'a/#', 'a/\u0000'])('to %j is refused by disconnecting', async (topic) => {
    const { world, sender } = await startPair()

    await expect(publish(sender, topic)).rejects.toThrow('"reasonCode":144')

    expect(world.eventsOf('client.disconnected')).toMatchObject([{ reason: 'topic_name_invalid' }])
  })

  it('that names a subscription, as only brokers may, is a protocol error', async () => {
    const { sender } = await startPair()

    const publishing = publish(sender, 'a', 'x', { properties: { subscriptionIdentifier: 1 } })

    await expect(publishing).rejects.toThrow('"reasonCode":130')
  })

  it('that nobody is subscribed to is acknowledged with "no matching subscribers"', async () => {
    const { world, sender } = await startPair()

    const code = await publish(sender, 'nobody/here')

    expect(code).toBe(16)
    expect(world.eventsOf('message.dropped')).toMatchObject([{ reason: 'no_subscribers' }])
  })

  it('has one id in all events about it, and another one than the next message', async () => {
    const { world, sender, receiver } = await startPair()
    await subscribe(receiver, 'a')

    await publish(sender, 'a', '1')
    await receive(receiver)
    await world.event('message.acked')
    await publish(sender, 'a', '2')

    const [first, second] = world.eventsOf('message.publish')
    expect(world.eventsOf('message.delivered')[0]?.id).toBe(first?.id)
    expect(world.eventsOf('message.acked')[0]?.id).toBe(first?.id)
    expect(second?.id).not.toBe(first?.id)
  })
})

describe('a QoS 2 message', () => {
  it('that is sent twice before its PUBREL is delivered once', async () => {
    const { world, sender, receiver } = await startPair()
    await subscribe(receiver, { topic: 'a', qos: 2 })
    const message = { topic: 'a', payload: 'once', qos: 2, messageId: 5 } as const

    send(sender, message)
    const first = await sender.next('pubrec')
    send(sender, { ...message, dup: true })
    const second = await sender.next('pubrec')
    sender.send({ cmd: 'pubrel', messageId: 5, reasonCode: 0 })
    const released = await sender.next('pubcomp')
    sender.send({ cmd: 'pubrel', messageId: 5, reasonCode: 0 })
    const unknown = await sender.next('pubcomp')

    expect([first.reasonCode, second.reasonCode]).toEqual([0, 145])
    expect([released.reasonCode, unknown.reasonCode]).toEqual([0, 146])
    expect(world.eventsOf('message.publish')).toHaveLength(1)
    expect(world.eventsOf('message.dropped')).toMatchObject([{ reason: 'packet_identifier_inuse' }])
  })

  it('is acked at its PUBREC, and its packet id is free after PUBCOMP', async () => {
    const { world, sender, receiver } = await startPair({ receiveMaximum: 1 })
    await subscribe(receiver, { topic: 'a', qos: 2 })
    await publishAny(sender, { topic: 'a', payload: '1', qos: 2 })
    await publishAny(sender, { topic: 'a', payload: '2', qos: 2 })
    const { messageId = 0 } = await receiver.next('publish')

    receiver.send({ cmd: 'pubrec', messageId, reasonCode: 0 })
    await receiver.next('pubrel')
    const ackedAtPubrec = world.eventsOf('message.acked').length
    await receiver.settle()
    const waiting = receiver.unread().length
    receiver.send({ cmd: 'pubcomp', messageId, reasonCode: 0 })

    expect(ackedAtPubrec).toBe(1)
    expect(waiting).toBe(0)
    expect((await receiver.next('publish')).payload.toString()).toBe('2')
  })

  it('that the receiver refuses is over at once', async () => {
    const { sender, receiver } = await startPair({ receiveMaximum: 1 })
    await subscribe(receiver, { topic: 'a', qos: 2 })
    await publishAny(sender, { topic: 'a', payload: '1', qos: 2 })
    await publishAny(sender, { topic: 'a', payload: '2', qos: 2 })
    const { messageId = 0 } = await receiver.next('publish')

    receiver.send({ cmd: 'pubrec', messageId, reasonCode: 0x97 })

    expect((await receiver.next('publish')).payload.toString()).toBe('2')
  })

  it('whose PUBREC nobody remembers is answered, so that the client forgets it', async () => {
    const { receiver } = await startPair()

    receiver.send({ cmd: 'pubrec', messageId: 77, reasonCode: 0 })

    expect(await receiver.next('pubrel')).toMatchObject({ messageId: 77, reasonCode: 146 })
  })

  it('goes on where it was when the client comes back', async () => {
    const { world, sender } = await startPair()
    const keep = { clientId: 'back', clean: false, properties: { sessionExpiryInterval: 60 } }
    const before = await world.client(keep)
    await subscribe(before, { topic: 'a', qos: 2 })
    await publishAny(sender, { topic: 'a', payload: 'x', qos: 2 })
    const { messageId = 0 } = await before.next('publish')
    before.send({ cmd: 'pubrec', messageId, reasonCode: 0 })
    await before.next('pubrel')
    before.cut()
    await world.event('client.disconnected')

    const after = await world.client(keep)

    expect((await after.next('pubrel')).messageId).toBe(messageId)
    await after.settle()
    expect(after.unread()).toEqual([])
  })

  it('is one too many when a hundred await their release', async () => {
    const { world, sender } = await startPair({}, { awaitingReleaseMax: 2 })
    for (const messageId of [1, 2]) {
      send(sender, { topic: 'a', payload: 'x', qos: 2, messageId })
      await sender.next('pubrec')
    }

    send(sender, { topic: 'a', payload: 'x', qos: 2, messageId: 3 })

    expect((await sender.next('disconnect')).reasonCode).toBe(147)
    expect(world.eventsOf('client.disconnected')).toMatchObject([
      { reason: 'receive_maximum_exceeded' },
    ])
  })

  it('whose PUBREL never comes is forgotten after five minutes', async () => {
    const clock = createManualClock()
    const { sender } = await startPair({}, { awaitingReleaseMax: 1, clock })
    send(sender, { topic: 'a', payload: 'x', qos: 2, messageId: 1 })
    await sender.next('pubrec')

    clock.advance(300_000)
    send(sender, { topic: 'a', payload: 'x', qos: 2, messageId: 2 })

    expect((await sender.next('pubrec')).messageId).toBe(2)
  })
})

describe('the window of messages under way', () => {
  it('is as wide as the client says, and lets the next one in for each one acknowledged', async () => {
    const { sender, receiver } = await startPair({ receiveMaximum: 2 })
    await subscribe(receiver, 'a')
    for (const text of ['1', '2', '3']) await publish(sender, 'a', text)
    const first = await receiver.next('publish')
    await receiver.next('publish')
    await receiver.settle()
    const beyond = receiver.unread().length

    acknowledge(receiver, first)

    expect(beyond).toBe(0)
    expect((await receiver.next('publish')).payload.toString()).toBe('3')
  })

  it('is 32 messages where the client says nothing', async () => {
    const { sender, receiver } = await startPair()
    await subscribe(receiver, 'a')

    for (let count = 0; count < 40; count++) await publish(sender, 'a', String(count))
    await receiver.settle()

    expect(receiver.unread()).toHaveLength(32)
  })

  it('does not hold up QoS 0', async () => {
    const { sender, receiver } = await startPair({ receiveMaximum: 1 })
    await subscribe(receiver, 'a')
    for (const text of ['1', '2']) await publish(sender, 'a', text)

    await publishAny(sender, { topic: 'a', payload: 'fast', qos: 0 })

    expect((await receiver.next('publish')).payload.toString()).toBe('1')
    expect((await receiver.next('publish')).payload.toString()).toBe('fast')
  })

  it('is repeated after the retry interval, where there is one', async () => {
    const clock = createManualClock()
    const { world, sender, receiver } = await startPair({}, { clock, retryMs: 30_000 })
    await subscribe(receiver, 'a')
    await publish(sender, 'a', 'again')
    const first = await receiver.next('publish')

    clock.advance(29_999)
    await receiver.settle()
    const early = receiver.unread().length
    clock.advance(1)
    const second = await receiver.next('publish')

    expect(early).toBe(0)
    expect(second).toMatchObject({ messageId: first.messageId, dup: true })
    expect(world.eventsOf('message.delivered').map(({ flags }) => flags.dup)).toEqual([false, true])
    acknowledge(receiver, second)
    await world.event('message.acked')
    clock.advance(60_000)
    await receiver.settle()
    expect(receiver.unread()).toEqual([])
  })

  it('does not repeat what has expired meanwhile', async () => {
    const clock = createManualClock()
    const { world, sender, receiver } = await startPair({}, { clock, retryMs: 30_000 })
    await subscribe(receiver, 'a')
    await publish(sender, 'a', 'brief', { properties: { messageExpiryInterval: 10 } })
    await receiver.next('publish')

    clock.advance(30_000)

    expect(world.eventsOf('delivery.dropped')).toMatchObject([{ reason: 'expired' }])
    await receiver.settle()
    expect(receiver.unread()).toEqual([])
  })

  it('is not moved by a PUBACK for a message that is not under way', async () => {
    const { world, receiver } = await startPair()

    receiver.send({ cmd: 'puback', messageId: 99, reasonCode: 0 })
    receiver.send({ cmd: 'pubcomp', messageId: 99, reasonCode: 0 })

    await receiver.settle()
    expect(world.eventsOf('message.acked')).toEqual([])
  })
})

interface Pair {
  readonly world: BrokerWorld
  readonly sender: RawMqtt
  readonly receiver: RawMqtt
}

async function startPair(
  properties: { readonly receiveMaximum?: number } = {},
  options: Parameters<typeof startBroker>[0] = {},
): Promise<Pair> {
  const world = await startBroker(options)
  const receiver = await world.client({ clientId: 'receiver', properties })
  const sender = await world.client({ clientId: 'sender' })
  return { world, sender, receiver }
}

type Outgoing = Pick<IPublishPacket, 'topic' | 'payload' | 'qos'> & Partial<IPublishPacket>

function send(client: RawMqtt, packet: Outgoing): void {
  client.send({ cmd: 'publish', dup: false, retain: false, messageId: 3, ...packet })
}

/** Publishes with any QoS, through to the end. */
async function publishAny(client: RawMqtt, packet: Outgoing): Promise<void> {
  send(client, packet)
  if (packet.qos === 1) await client.next('puback')
  if (packet.qos !== 2) return
  await client.next('pubrec')
  client.send({ cmd: 'pubrel', messageId: 3, reasonCode: 0 })
  await client.next('pubcomp')
}
