import { createConnection, type Socket } from 'node:net'
import fc from 'fast-check'
import { generate, type Packet } from 'mqtt-packet'
import { expect, it } from 'vitest'
import { closeAfterEach, startBroker } from '../../support/broker-world.ts'
import { publish, receive, subscribe } from '../../support/mqtt-steps.ts'
import { sized } from '../../support/size.ts'

closeAfterEach()

const CONNECT: Packet = {
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 5,
  clientId: 'odd',
  clean: false,
  keepalive: 10,
  properties: { sessionExpiryInterval: 60, receiveMaximum: 3, topicAliasMaximum: 2 },
  will: { topic: 'x/will', payload: Buffer.from('x'), properties: { willDelayInterval: 1 } },
}

const PACKETS: readonly Packet[] = [
  {
    cmd: 'publish',
    topic: 'x/y',
    payload: Buffer.from('hello'),
    qos: 2,
    dup: false,
    retain: true,
    messageId: 1,
    properties: { messageExpiryInterval: 9, topicAlias: 1, userProperties: { a: ['b', 'c'] } },
  },
  {
    cmd: 'subscribe',
    messageId: 2,
    subscriptions: [
      { topic: '$share/g/x/#', qos: 2 },
      { topic: 'x/+', qos: 1, rap: true, rh: 1 },
    ],
    properties: { subscriptionIdentifier: 1 },
  },
  { cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['x/#', 'x/+'] },
  { cmd: 'puback', messageId: 1, reasonCode: 0 },
  { cmd: 'pubrec', messageId: 2, reasonCode: 0 },
  { cmd: 'pubrel', messageId: 1, reasonCode: 0 },
  { cmd: 'pubcomp', messageId: 2, reasonCode: 0 },
  { cmd: 'pingreq' },
  { cmd: 'auth', reasonCode: 0x18 },
  { cmd: 'disconnect', reasonCode: 4, properties: { sessionExpiryInterval: 3 } },
]

const FRAMES = PACKETS.map((packet) => generate(packet, { protocolVersion: 5 }))

/** A conversation that begins well and goes wrong: bytes changed here and there, the end cut off. */
const CONVERSATION = fc
  .tuple(
    fc.array(fc.constantFrom(...FRAMES), { maxLength: 6 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
    fc.nat(10),
  )
  .map(([frames, changes, cut]) => {
    const bytes = Buffer.concat([generate(CONNECT), ...frames])
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte
    return bytes.subarray(0, bytes.length - cut)
  })

it('goes on for the others, whatever one client sends', async () => {
  const world = await startBroker()
  const sender = await world.client({ clientId: 'sender' })
  const receiver = await world.client({ clientId: 'receiver' })
  await subscribe(receiver, 'healthy')

  await fc.assert(
    fc.asyncProperty(CONVERSATION, async (bytes) => {
      await say(world.broker.tcpPort, bytes)
      await publish(sender, 'healthy', 'still here')
      expect((await receive(receiver)).payload.toString()).toBe('still here')
    }),
    { seed: 20261123, numRuns: sized(200, 4000) },
  )
})

/** Says it all and leaves; what the broker answers is of no interest. */
async function say(port: number, bytes: Buffer): Promise<void> {
  const socket: Socket = createConnection(port, '127.0.0.1')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  socket.resume()
  socket.end(bytes)
  await closed
}
