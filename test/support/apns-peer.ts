import type { KeyObject } from 'node:crypto'
import { once } from 'node:events'
import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { readAppleRules } from './apns-rules.ts'
import { createArrivals } from './arrivals.ts'
import { CERTIFICATES, type ServerCertificate } from './tls-files.ts'

/** A request as it came. */
export interface ReceivedPush {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Which connection it came on, from 1; and its stream there. */
  readonly connection: number
  readonly streamId: number
  readonly session: Http2Session
  answer(answer: PeerAnswer): void
}

export interface PlainAnswer {
  readonly status: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What is done about a request. `rules`: what Apple would do. */
export type PeerAnswer =
  | PlainAnswer
  | 'rules'
  /** Nothing, until its `answer` is called. */
  | 'hold'
  | 'reset'
  | 'refuse'
  /** A no that breaks off in its body; `tear`: with the connection. */
  | 'half'
  | 'half-then-tear'
  /** The connection ends without an answer. */
  | 'tear'

export interface ApnsPeerOptions {
  /** Whose tokens it takes. */
  readonly publicKey: KeyObject
  readonly certificate?: ServerCertificate
  /** What it lets a connection have at once, after its first good request: before, it is one. */
  readonly streamsMax?: number
  readonly now?: () => number
}

/** Stands in for Apple: HTTP/2 over TLS, with Apple's rules about requests and tokens. */
export interface ApnsPeer {
  readonly port: number
  readonly endpoint: string
  readonly received: readonly ReceivedPush[]
  /** How many connections there were, and the most that one had under way. */
  readonly seen: { readonly connections: number; readonly streams: number }
  /** How requests are answered from now on. */
  answers(script: (push: ReceivedPush) => PeerAnswer): void
  /** Resolves when so many have come. */
  hasReceived(count: number): Promise<void>
  close(): Promise<void>
}

export const APNS_PEER = {
  teamId: 'TEAM123456',
  keyId: 'KEY1234567',
  bundleId: 'com.example.chat',
} as const

export async function openApnsPeer(options: ApnsPeerOptions): Promise<ApnsPeer> {
  const { publicKey, certificate = CERTIFICATES.good, streamsMax = 1_000, now = Date.now } = options
  const rules = readAppleRules({ ...APNS_PEER, publicKey, now })
  const received: ReceivedPush[] = []
  const arrivals = createArrivals()
  const connections = new Map<Http2Session, Connection>()
  const seen = { connections: 0, streams: 0 }
  let script: (push: ReceivedPush) => PeerAnswer = () => 'rules'

  const server = createSecureServer({ ...certificate, settings: { maxConcurrentStreams: 1 } })
  server.on('session', (session) => {
    seen.connections += 1
    connections.set(session, { number: seen.connections, streams: 0, isTrusted: false })
    session.on('error', () => {})
    session.on('close', () => connections.delete(session))
  })
  server.on('stream', async (stream, headers) => {
    const { session } = stream
    const connection = session && connections.get(session)
    if (session === undefined || connection === undefined) return
    seen.streams = Math.max(seen.streams, countStream(stream, connection))
    const common = { headers, body: await bodyOf(stream), session, streamId: stream.id ?? 0 }
    const { ':method': method, ':path': path } = headers
    const push: ReceivedPush = {
      ...common,
      method: String(method),
      path: String(path),
      connection: connection.number,
      answer: (answer) => giveAnswer(stream, push, answer === 'rules' ? rules(push) : answer),
    }
    received.push(push)
    arrivals.note()
    push.answer(script(push))
  })

  function giveAnswer(stream: ServerHttp2Stream, push: ReceivedPush, answer: GivenAnswer): void {
    if (stream.destroyed) return
    if (typeof answer === 'string') breakOff(stream, push.session, answer)
    else respond(stream, push, answer)
    if (typeof answer !== 'string' && answer.status === 200) trust(push.session)
  }

  function trust(session: Http2Session): void {
    const connection = connections.get(session)
    if (connection === undefined || connection.isTrusted) return
    connection.isTrusted = true
    session.settings({ maxConcurrentStreams: streamsMax })
  }

  const port = await listen(server)
  return {
    port,
    endpoint: `https://localhost:${port}`,
    received,
    seen,
    answers(next) {
      script = next
    },
    hasReceived: (count) => arrivals.reached(count),
    async close() {
      for (const session of connections.keys()) session.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Connection {
  readonly number: number
  streams: number
  isTrusted: boolean
}

type GivenAnswer = Exclude<PeerAnswer, 'rules'>

/** How many the connection has under way. */
function countStream(stream: ServerHttp2Stream, connection: Connection): number {
  connection.streams += 1
  stream.on('error', () => {})
  stream.on('close', () => {
    connection.streams -= 1
  })
  return connection.streams
}

function breakOff(
  stream: ServerHttp2Stream,
  session: Http2Session,
  how: Extract<GivenAnswer, string>,
): void {
  switch (how) {
    case 'hold':
      return
    case 'reset':
      stream.close(constants.NGHTTP2_INTERNAL_ERROR)
      return
    case 'refuse':
      stream.close(constants.NGHTTP2_REFUSED_STREAM)
      return
    case 'tear':
      session.destroy()
      return
    case 'half':
    case 'half-then-tear':
      stream.respond({ ':status': 410, 'content-type': 'application/json' })
      stream.write('{"reason":"Unregistered"}', () => {
        if (how === 'half') stream.destroy(new Error('half of it'))
        else session.destroy()
      })
  }
}

function respond(
  stream: ServerHttp2Stream,
  push: ReceivedPush,
  { status, body = '', headers = {} }: PlainAnswer,
): void {
  const own = { ':status': status, 'apns-id': push.headers['apns-id'] ?? 'made-by-apple' }
  stream.respond({ ...own, ...headers }, { endStream: body === '' })
  if (body !== '') stream.end(body)
}

async function bodyOf(stream: ServerHttp2Stream): Promise<string> {
  let body = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    body += chunk
  })
  await new Promise((resolve) => stream.once('end', resolve))
  return body
}

async function listen(server: Http2SecureServer): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
