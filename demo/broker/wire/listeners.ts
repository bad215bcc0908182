import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { type Peer, Wire } from './wire.ts'

export interface ListenerOptions {
  readonly host: string
  readonly port: number
}

/** A door through which clients come. */
export interface Listener {
  readonly port: number
  /** Lets nobody in any more; resolves when those who are in have left. */
  close(): Promise<void>
}

export type Receive = (wire: Wire) => void

export async function listenTcp(options: ListenerOptions, receive: Receive): Promise<Listener> {
  const server = createServer((socket) => {
    socket.setNoDelay(true)
    receive(new Wire(socket, peerOf(socket)))
  })
  return await open(server, options)
}

/** The subprotocols that EMQX takes for MQTT, over which version is settled by the CONNECT. */
const SUBPROTOCOLS = ['mqtt', 'mqtt-v3', 'mqtt-v3.1.1', 'mqtt-v5']

/** MQTT over WebSocket on `/mqtt` (MQTT 5.0 §6). */
export async function listenWebSocket(
  options: ListenerOptions,
  receive: Receive,
): Promise<Listener> {
  const http = createHttpServer((_request, response) => {
    response.writeHead(404).end()
  })
  const server = new WebSocketServer({
    server: http,
    path: '/mqtt',
    verifyClient: ({ req }, answer) => {
      answer(subprotocolOf(req.headers['sec-websocket-protocol']) !== undefined, 400)
    },
    handleProtocols: (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
  })
  // It repeats what goes wrong with `http`, where `open` sees it.
  server.on('error', () => {})
  server.on('connection', (socket, request) => {
    const peer = peerOf(request.socket)
    // [MQTT-6.0.0-1]: text frames are an error.
    socket.on('message', (_data, isBinary) => {
      if (!isBinary) socket.close(1003)
    })
    receive(new Wire(createWebSocketStream(socket), peer))
  })
  return await open(http, options)
}

function subprotocolOf(header: string | undefined): string | undefined {
  const offered = (header ?? '').split(',').map((name) => name.trim())
  return SUBPROTOCOLS.find((name) => offered.includes(name))
}

function open(server: Server, options: ListenerOptions): Promise<Listener> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      resolve({ port: portOf(server.address()), close: () => closeServer(server) })
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not a network listener')
  return address.port
}

function peerOf(socket: Socket): Peer {
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket
  const peerhost = plainAddress(remoteAddress)
  return {
    peerhost,
    peername: `${bracketed(peerhost)}:${remotePort}`,
    sockname: `${bracketed(plainAddress(localAddress))}:${localPort}`,
  }
}

/** An IPv4 address that came through an IPv6 socket, as IPv4. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}
