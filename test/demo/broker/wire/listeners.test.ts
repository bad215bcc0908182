import { once } from 'node:events'
import { createServer } from 'node:net'
import { generate, parser } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createBroker } from '../../../../demo/broker/broker.ts'
import { closeAfterEach, closeLater, startBroker } from '../../../support/broker-world.ts'

closeAfterEach()

const CONNECT = generate({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clientId: 'web',
  clean: true,
  keepalive: 0,
})

describe('the WebSocket listener', () => {
  it.each(['mqtt', 'mqtt-v3.1.1', 'mqtt-v5'])('speaks the subprotocol %s', async (subprotocol) => {
    const socket = await open('/mqtt', ['other', subprotocol])

    socket.send(CONNECT)

    expect(socket.protocol).toBe(subprotocol)
    expect(await firstPacket(socket)).toMatchObject({ cmd: 'connack', returnCode: 0 })
  })

  it('takes a packet in pieces', async () => {
    const socket = await open('/mqtt', ['mqtt'])

    for (const byte of CONNECT) socket.send(Buffer.from([byte]))

    expect(await firstPacket(socket)).toMatchObject({ cmd: 'connack', returnCode: 0 })
  })

  it.each([
    { path: '/mqtt', subprotocols: [] },
    { path: '/mqtt', subprotocols: ['chat'] },
    { path: '/other', subprotocols: ['mqtt'] },
  ])('refuses $path with $subprotocols', async ({ path, subprotocols }) => {
    await expect(open(path, subprotocols)).rejects.toThrow('Unexpected server response: 400')
  })

  it('closes on a text frame', async () => {
    const socket = await open('/mqtt', ['mqtt'])
    const closed = once(socket, 'close')

    socket.send('not binary')

    expect((await closed)[0]).toBe(1003)
  })

  it('answers plain HTTP with 404', async () => {
    const { broker } = await startBroker()

    const response = await fetch(`http://127.0.0.1:${broker.wsPort}/mqtt`)

    expect(response.status).toBe(404)
  })
})

describe('a port that is taken', () => {
  it('stops the broker from starting, and leaves nothing open', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    closeLater(() => taken.close())
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0

    await expect(createBroker({ tcpPort: port })).rejects.toThrow('EADDRINUSE')
    await expect(createBroker({ wsPort: port })).rejects.toThrow('EADDRINUSE')
  })
})

async function open(path: string, subprotocols: readonly string[]): Promise<WebSocket> {
  const { broker } = await startBroker()
  const socket = new WebSocket(`ws://127.0.0.1:${broker.wsPort}${path}`, [...subprotocols])
  closeLater(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

function firstPacket(socket: WebSocket): Promise<unknown> {
  const reader = parser()
  socket.on('message', (bytes) => {
    if (Buffer.isBuffer(bytes)) reader.parse(bytes)
  })
  return new Promise((resolve) => reader.on('packet', resolve))
}
