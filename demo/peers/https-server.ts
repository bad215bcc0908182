import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { CERTIFICATE } from './tls-files.ts'

export interface PeerRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface PeerAnswer {
  readonly status: number
  readonly body?: object
}

export interface HttpsServer {
  /** `https://localhost:port`. */
  readonly origin: string
  close(): Promise<void>
}

/** A server on loopback that speaks HTTP/2 and HTTP/1.1. What `answer` throws is the caller's fault. */
export async function openHttpsServer(
  answer: (request: PeerRequest) => PeerAnswer,
): Promise<HttpsServer> {
  const server = createSecureServer({ ...CERTIFICATE, allowHTTP1: true }, (request, response) => {
    serve(answer, request, response).catch(() => response.stream?.destroy())
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('sessionError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `https://localhost:${portOf(server)}`,
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

async function serve(
  answer: (request: PeerRequest) => PeerAnswer,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
): Promise<void> {
  const { url: path, headers } = request
  const { status, body } = answerTo(answer, { path, headers, body: await buffer(request) })
  response.writeHead(status, body && { 'content-type': 'application/json' })
  response.end(body === undefined ? '' : JSON.stringify(body))
}

function answerTo(answer: (request: PeerRequest) => PeerAnswer, request: PeerRequest): PeerAnswer {
  try {
    return answer(request)
  } catch (error) {
    return { status: 400, body: { reason: String(error) } }
  }
}

function portOf(server: Http2SecureServer): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the peer has no port')
  return address.port
}
