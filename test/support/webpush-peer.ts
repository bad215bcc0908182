import { createECDH, createPublicKey, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { createVerifier } from 'fast-jwt'
import { decrypt } from 'http_ece'
import { CERTIFICATES, type ServerCertificate } from './tls-files.ts'

/** What arrived at a push service, decrypted as the browser would do it. */
export interface ReceivedPush {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Of the request as it came. */
  readonly bytes: number
  readonly plaintext: string
  readonly salt: string
  /** What the sender's signature vouches for. */
  readonly vapid: { readonly aud: string; readonly exp: number; readonly sub: string }
  /** The sender's end of the connection. */
  readonly port: number | undefined
}

/** Answers a request, or does not. */
export type PeerScript = (response: ServerResponse, request: IncomingMessage) => void

export interface WebPushPeer {
  readonly origin: string
  readonly received: readonly ReceivedPush[]
  /** A browser's subscription here, as its page sends it to the company. */
  subscribe(path?: string): string
  /** What happens to requests from now on, instead of 201. */
  play(script: PeerScript): void
  /** Ends all connections as a host does that knows nothing of them. */
  reset(): void
  /** Resolves when a request has come that is answered by nothing yet. */
  nextRequest(): Promise<void>
  close(): Promise<void>
}

export interface PeerOptions {
  readonly certificate?: ServerCertificate
  /** As senders name it: an address, or a name that leads here. */
  readonly host?: string
  readonly now?: () => number
}

/** A push service on loopback, and the browsers that are subscribed there. Shares no code with ours. */
export async function openWebPushPeer(options: PeerOptions = {}): Promise<WebPushPeer> {
  const { certificate = CERTIFICATES.good, host = 'localhost', now = Date.now } = options
  const received: ReceivedPush[] = []
  const browsers = new Map<string, Browser>()
  let script: PeerScript = created
  let arrived = Promise.withResolvers<void>()

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request)
    const browser = browsers.get(request.url ?? '')
    if (browser === undefined) response.writeHead(404).end()
    else {
      received.push(open(request, body, browser, now()))
      script(response, request)
    }
    arrived.resolve()
    arrived = Promise.withResolvers()
  }
  const { port, reset, close } = await listen(certificate, serve)
  const origin = `https://${host}:${port}`

  return {
    origin,
    received,
    reset,
    close,
    subscribe(path = `/push/${browsers.size}`) {
      const browser = makeBrowser(origin)
      browsers.set(path, browser)
      const { p256dh, auth } = browser
      const endpoint = `${origin}${path}`
      return JSON.stringify({ endpoint, expirationTime: null, keys: { p256dh, auth } })
    },
    play(next) {
      script = next
    },
    nextRequest: () => arrived.promise,
  }
}

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** What `serve` does not take is a bad request, as it is to a real push service. */
async function listen(certificate: ServerCertificate, serve: Serve) {
  const sockets = new Set<Socket>()
  const server = createServer(certificate, (request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(403).end(String(error))
    })
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server.address()),
    reset() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Browser {
  readonly key: ReturnType<typeof createECDH>
  readonly p256dh: string
  readonly auth: string
  readonly origin: string
}

function makeBrowser(origin: string): Browser {
  const key = createECDH('prime256v1')
  const p256dh = key.generateKeys('base64url')
  return { key, p256dh, auth: randomBytes(16).toString('base64url'), origin }
}

/** Throws what is wrong with it. */
function open(
  request: IncomingMessage,
  body: Buffer,
  browser: Browser,
  nowMs: number,
): ReceivedPush {
  const { headers, url: path = '' } = request
  if (request.method !== 'POST') throw new Error('no POST')
  if (headers['content-encoding'] !== 'aes128gcm') throw new Error('no aes128gcm')
  if (body.length > 4096) throw new Error('too large')
  if (!/^\d+$/.test(String(headers.ttl))) throw new Error('no TTL')
  const vapid = verifyVapid(headers.authorization ?? '', browser.origin, nowMs)
  const keys = { version: 'aes128gcm', privateKey: browser.key, authSecret: browser.auth } as const
  const plaintext = decrypt(body, keys).toString()
  const salt = body.toString('hex', 0, 16)
  const port = request.socket.remotePort
  return { path, headers, bytes: body.length, plaintext, salt, vapid, port }
}

/** RFC 8292, by another library than ours. */
function verifyVapid(authorization: string, origin: string, nowMs: number): ReceivedPush['vapid'] {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? []
  const point = Buffer.from(key, 'base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  const verify = createVerifier({
    key: String(pem),
    algorithms: ['ES256'],
    allowedAud: origin,
    clockTimestamp: nowMs,
  })
  const claims: ReceivedPush['vapid'] = verify(token)
  if (claims.exp * 1000 - nowMs > 86_400_000) throw new Error('exp is more than a day away')
  return claims
}

function created(response: ServerResponse, request: IncomingMessage): void {
  response.writeHead(201, { location: `/message${request.url}` }).end()
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return address.port
}
