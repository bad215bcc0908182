import { once } from 'node:events'
import { createConnection, createServer } from 'node:net'
import { generate, parser } from 'mqtt-packet'
import { type Broker, createBroker } from '../../demo/broker/broker.ts'
import { HOOK_SECRET } from '../world/questions.ts'
import { API_KEY, API_SECRET } from './session-rows.ts'

/** The demo broker, whose clients may do everything: what is measured are subscriptions. */
export async function startBroker(heraldPort: number, managementPort: number): Promise<Broker> {
  return await createBroker({
    noMatch: 'allow',
    events: {
      url: `http://127.0.0.1:${heraldPort}/emqx/5/events`,
      headers: { 'x-herald-secret': HOOK_SECRET },
      selects: ({ event }) => event === 'client.connected' || event === 'client.disconnected',
    },
    management: { port: managementPort, keys: { [API_KEY]: API_SECRET } },
  })
}

/** For a broker that is started after whoever has to know it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** A client that reads, and counts nothing by itself. */
export interface BenchClient {
  publish(topic: string, payload: string): void
  close(): void
}

export async function connectClient(
  port: number,
  login: { readonly clientId: string; readonly username: string },
  onMessage: (payload: string) => void,
): Promise<BenchClient> {
  const socket = createConnection(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.setNoDelay(true)
  const reader = parser({ protocolVersion: 5 })
  const accepted = new Promise<void>((resolve) => {
    reader.on('packet', (packet) => {
      if (packet.cmd === 'connack') resolve()
      if (packet.cmd !== 'publish') return
      if (packet.qos > 0) {
        const { messageId = 0 } = packet
        socket.write(generate({ cmd: 'puback', messageId }, { protocolVersion: 5 }))
      }
      onMessage(packet.payload.toString())
    })
  })
  socket.on('data', (bytes) => reader.parse(bytes))
  socket.on('error', () => {})
  const version = { protocolId: 'MQTT', protocolVersion: 5 } as const
  const connect = { cmd: 'connect', clean: true, keepalive: 0, ...version, ...login } as const
  socket.write(generate(connect, { protocolVersion: 5 }))
  await accepted
  return {
    publish: (topic, payload) =>
      void socket.write(
        generate(
          { cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false },
          { protocolVersion: 5 },
        ),
      ),
    close: () => void socket.destroy(),
  }
}
