import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import { createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { createGoogleTokens } from './google-tokens.ts'
import { CERTIFICATES, type ServerCertificate } from './tls-files.ts'

/** What the peer does with a call, instead of accepting the message. */
export type FcmScript =
  | FcmScriptedAnswer
  /** No answer at all; the beginning of one; the connection is cut; it is cut after the answer. */
  | 'hang'
  | 'half'
  | 'reset'
  | 'last'

export interface FcmScriptedAnswer {
  readonly status: number
  readonly body: object | string
  readonly headers?: Readonly<Record<string, string>>
}

export interface FcmCall {
  readonly path: string
  readonly authorization: string
  readonly httpVersion: string
  /** `message` and the like. */
  readonly body: Readonly<Record<string, unknown>>
}

export interface FcmPeerOptions {
  readonly tokens: ReturnType<typeof createGoogleTokens>
  readonly projectId: string
  readonly certificate?: ServerCertificate
}

/** FCM and Google's token endpoint on loopback. It would speak HTTP/2 with whoever wants to. */
export async function startFcmPeer(options: FcmPeerOptions) {
  const sends = createDesk(options)
  const tokens = createTokenDesk(options.tokens)
  const server = createSecureServer(
    { allowHTTP1: true, ...(options.certificate ?? CERTIFICATES.good) },
    (request, response) => {
      const desk = request.url === '/token' ? tokens : sends
      desk.serve(request, response).catch(() => request.socket.destroy())
    },
  )
  const gate = await openGate(server)
  return {
    endpoint: `https://localhost:${gate.port}`,
    tokenEndpoint: `https://localhost:${gate.port}/token`,
    calls: sends.calls,
    tokenCalls: tokens.count,
    /** What becomes of the next calls; those after them are accepted. */
    script: sends.script,
    /** What becomes of all calls from now on. */
    always: sends.always,
    scriptTokens: tokens.script,
    /** Resolves when so many calls have come in. */
    called: sends.called,
    connections: gate.connections,
    /** Connections are made, but nobody says a word in them until `release`; resolves with the first. */
    hold: gate.hold,
    release: gate.release,
    /** What Google does to every connection, some day. */
    cutConnections: gate.cut,
    close: gate.close,
  }
}

function createDesk({ tokens, projectId }: FcmPeerOptions) {
  const calls: FcmCall[] = []
  const scripts: FcmScript[] = []
  let standing: FcmScript | undefined
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []

  function answerTo(call: FcmCall): FcmScript {
    if (!tokens.accepts(call.authorization)) return UNAUTHENTICATED
    const next = scripts.shift() ?? standing
    if (next !== undefined) return next
    if (call.path !== `/v1/projects/${projectId}/messages:send`) return NOT_FOUND
    return ACCEPTED(projectId, calls.length)
  }

  return {
    calls,
    script: (...next: readonly FcmScript[]) => scripts.push(...next),
    always: (next: FcmScript | undefined) => {
      standing = next
    },
    called: (count: number) =>
      new Promise<void>((resolve) => {
        if (calls.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    async serve(request: Http2ServerRequest, response: Http2ServerResponse) {
      const call: FcmCall = {
        path: request.url,
        authorization: request.headers.authorization ?? '',
        httpVersion: request.httpVersion,
        body: JSON.parse(await text(request)),
      }
      calls.push(call)
      play(answerTo(call), request, response, projectId, calls.length)
      for (const { count, resolve } of waiting) if (calls.length >= count) resolve()
    },
  }
}

function createTokenDesk(tokens: FcmPeerOptions['tokens']) {
  const scripts: FcmScript[] = []
  let count = 0
  return {
    count: () => count,
    script: (...next: readonly FcmScript[]) => scripts.push(...next),
    async serve(request: Http2ServerRequest, response: Http2ServerResponse) {
      count++
      const form = new URLSearchParams(await text(request))
      play(scripts.shift() ?? tokens.exchange(form), request, response, '', 0)
    },
  }
}

function play(
  script: FcmScript,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  projectId: string,
  number: number,
) {
  if (script === 'hang') return
  if (script === 'reset') {
    request.socket.destroy()
    return
  }
  if (script === 'half') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"name": "projects/')
    setImmediate(() => request.socket.destroy())
    return
  }
  const isLast = script === 'last'
  const { status, body, headers } = isLast ? ACCEPTED(projectId, number) : script
  const content = typeof body === 'string' ? body : JSON.stringify(body)
  const type = { 'content-type': 'application/json; charset=UTF-8' }
  response.writeHead(status, { ...type, ...headers, ...(isLast && { connection: 'close' }) })
  response.end(content)
}

const ACCEPTED = (projectId: string, number: number): FcmScriptedAnswer => ({
  status: 200,
  body: { name: `projects/${projectId}/messages/0:${number}%31bd1c9631bd1c96` },
})

/** As Google answers, without its links. */
const UNAUTHENTICATED: FcmScriptedAnswer = {
  status: 401,
  body: {
    error: {
      code: 401,
      message: 'Request had invalid authentication credentials.',
      status: 'UNAUTHENTICATED',
    },
  },
}

const NOT_FOUND: FcmScriptedAnswer = {
  status: 404,
  body: { error: { code: 404, message: 'Requested entity was not found.', status: 'NOT_FOUND' } },
}

/** A port before the server, whose connections a test can count, hold back and cut. */
async function openGate(server: Http2SecureServer) {
  const sockets = new Set<Socket>()
  const held: Socket[] = []
  let accepted = 0
  let isHolding = false
  let holdsOne = () => {}
  const gate = createServer((socket) => {
    accepted++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    if (!isHolding) server.emit('connection', socket)
    else {
      held.push(socket)
      holdsOne()
    }
  })
  await new Promise<void>((resolve) => gate.listen(0, 'localhost', resolve))
  const address = gate.address()
  if (address === null || typeof address === 'string') throw new Error('the peer has no port')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    connections: () => accepted,
    hold: () =>
      new Promise<void>((resolve) => {
        isHolding = true
        holdsOne = resolve
      }),
    release: () => {
      isHolding = false
      for (const socket of held.splice(0)) server.emit('connection', socket)
    },
    cut,
    async close() {
      cut()
      server.close()
      await new Promise((resolve) => gate.close(resolve))
    },
  }
}
