import { type IClientOptions, type MqttClient, connect as mqttConnect } from 'mqtt'
import { describe, expect, it } from 'vitest'
import {
  type BrokerWorld,
  closeAfterEach,
  closeLater,
  startAskingBroker,
  startBroker,
} from '../../support/broker-world.ts'
import { ALLOW, DENY } from '../../support/question-recorder.ts'

closeAfterEach()

const WAYS = [
  { transport: 'TCP', protocolVersion: 4 },
  { transport: 'TCP', protocolVersion: 5 },
  { transport: 'WebSocket', protocolVersion: 4 },
  { transport: 'WebSocket', protocolVersion: 5 },
] as const

type Way = (typeof WAYS)[number]

describe.each(WAYS)('mqtt.js over $transport with version $protocolVersion', (way) => {
  it('sends and receives every QoS', async () => {
    const world = await startBroker()
    const receiver = await connect(world, way, { clientId: 'b' })
    const sender = await connect(world, way, { clientId: 'a' })
    const arrived = collect(receiver, 3)
    await receiver.subscribeAsync('a/#', { qos: 2 })

    for (const qos of [0, 1, 2] as const) await sender.publishAsync(`a/${qos}`, `${qos}`, { qos })

    expect((await arrived).map(({ topic, text, qos }) => [topic, text, qos])).toEqual([
      ['a/0', '0', 0],
      ['a/1', '1', 1],
      ['a/2', '2', 2],
    ])
  })

  it('is refused with a reason that it understands', async () => {
    const world = await startAskingBroker(() => DENY)

    const connecting = connect(world, way, { username: 'u', password: 'wrong' })

    await expect(connecting).rejects.toThrow('Connection refused: Not authorized')
  })

  it('gets through a thousand QoS 2 messages, in order and once each', async () => {
    const world = await startBroker()
    const receiver = await connect(world, way, { clientId: 'b' })
    const sender = await connect(world, way, { clientId: 'a' })
    const arrived = collect(receiver, 1000)
    await receiver.subscribeAsync('a', { qos: 2 })

    const numbers = Array.from({ length: 1000 }, (_, index) => String(index))
    // mqtt.js sends all it has at once, and more than a hundred at a time are too many for EMQX.
    for (let at = 0; at < 1000; at += 50) {
      const some = numbers.slice(at, at + 50)
      await Promise.all(some.map((text) => sender.publishAsync('a', text, { qos: 2 })))
    }

    expect((await arrived).map(({ text }) => text)).toEqual(numbers)
  })

  it('finds its session and what waited in it when it comes back', async () => {
    const world = await startBroker()
    const options = {
      clientId: 'b',
      clean: false,
      ...(way.protocolVersion === 5 ? { properties: { sessionExpiryInterval: 60 } } : {}),
    }
    const before = await connect(world, way, options)
    await before.subscribeAsync('inbox/b', { qos: 1 })
    await before.endAsync()
    const sender = await connect(world, way, { clientId: 'a' })
    await sender.publishAsync('inbox/b', 'while you were away', { qos: 1 })

    const after = start(world, way, options)
    const arrived = collect(after, 1)
    await connected(after)

    expect((await arrived).map(({ text }) => text)).toEqual(['while you were away'])
  })

  it('says goodbye, and is reported as normal', async () => {
    const world = await startBroker()
    const client = await connect(world, way, { clientId: 'a' })

    await client.endAsync()

    expect(await world.event('client.disconnected')).toMatchObject({
      reason: 'normal',
      proto_ver: way.protocolVersion,
    })
  })
})

describe('mqtt.js with version 5', () => {
  const way = WAYS[1]

  it('learns which publish was refused, and stays connected', async () => {
    const world = await startAskingBroker(({ fields }) => (fields.topic === 'no' ? DENY : ALLOW))
    const client = await connect(world, way, { clientId: 'a' })

    await expect(client.publishAsync('no', 'x', { qos: 1 })).rejects.toThrow(
      'Publish error: Not authorized',
    )
    await expect(client.publishAsync('no', 'x', { qos: 2 })).rejects.toThrow(
      'Publish error: Not authorized',
    )

    expect(client.connected).toBe(true)
  })

  it('hears of a takeover', async () => {
    const world = await startBroker()
    const first = await connect(world, way, { clientId: 'a' })
    const told = new Promise((resolve) => first.once('disconnect', resolve))

    await connect(world, way, { clientId: 'a' })

    expect(await told).toMatchObject({ reasonCode: 142 })
  })
})

async function connect(world: BrokerWorld, way: Way, options: IClientOptions): Promise<MqttClient> {
  const client = start(world, way, options)
  await connected(client)
  return client
}

/** Begins to connect. mqtt.js's `connectAsync` would be done after the first messages came. */
function start(
  { broker }: BrokerWorld,
  { transport, protocolVersion }: Way,
  options: IClientOptions,
): MqttClient {
  const tcp = `mqtt://127.0.0.1:${broker.tcpPort}`
  const webSocket = `ws://127.0.0.1:${broker.wsPort}/mqtt`
  const url = transport === 'TCP' ? tcp : webSocket
  const client = mqttConnect(url, { protocolVersion, reconnectPeriod: 0, ...options })
  closeLater(() => client.endAsync(true))
  return client
}

/** Resolves once it is connected, fails where it is refused. Later errors are of no interest. */
async function connected(client: MqttClient): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve())
    client.on('error', reject)
  })
}

interface Arrival {
  readonly topic: string
  readonly text: string
  readonly qos: number
}

/** The next `count` messages. */
function collect(client: MqttClient, count: number): Promise<readonly Arrival[]> {
  const arrivals: Arrival[] = []
  return new Promise((resolve) => {
    client.on('message', (topic, payload, { qos }) => {
      arrivals.push({ topic, text: payload.toString(), qos })
      if (arrivals.length === count) resolve(arrivals)
    })
  })
}
