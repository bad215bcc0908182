import { createServer as createHttpServer } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { type Listener, type ListenerOptions, openServer } from './open-server.ts'
import { type Peer, Wire } from './wire.ts'

export type Receive = (wire: Wire) => void

export async function listenTcp(options: ListenerOptions, receive: Receive): Promise<Listener> {
  const server = createServer((socket) => {
    socket.setNoDelay(true)
    receive(new Wire(socket, peerOf(socket)))
  })
  return await openServer(server, options)
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
  return await openServer(http, options)
}

function subprotocolOf(header: string | undefined): string | undefined {
  const offered = (header ?? '').split(',').map((name) => name.trim())
  return SUBPROTOCOLS.find((name) => offered.includes(name))
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
