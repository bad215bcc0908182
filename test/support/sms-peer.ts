import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { Socket } from 'node:net'
import { CERTIFICATES, type ServerCertificate } from './tls-files.ts'

/** What arrived at a vendor, its credentials verified. */
export interface ReceivedCall {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type SmsScript = (response: ServerResponse, request: IncomingMessage) => void

/** How a vendor knows its customers, and what it says. Shares no code with ours. */
export interface SmsRules {
  isOurs(call: ReceivedCall): boolean
  readonly accepts: { readonly status: number; readonly body: object }
  readonly refuses: { readonly status: number; readonly body: object }
}

export interface SmsPeer {
  readonly origin: string
  readonly received: readonly ReceivedCall[]
  /** What happens to calls from now on, instead of being accepted. */
  play(script: SmsScript): void
  answer(status: number, body: object | string, headers?: Record<string, string>): void
  /** Every connection, by TCP's own word for it. */
  reset(): void
  nextCall(): Promise<void>
  close(): Promise<void>
}

/** A vendor on loopback. */
export async function openSmsPeer(
  rules: SmsRules,
  certificate: ServerCertificate = CERTIFICATES.good,
): Promise<SmsPeer> {
  const received: ReceivedCall[] = []
  let script: SmsScript = (response) => say(response, rules.accepts)
  let arrived = Promise.withResolvers<void>()
  const server = createServer(certificate, (request, response) => {
    read(request)
      .then((body) => {
        const { method = '', url: path = '', headers } = request
        const call = { method, path, headers, body }
        if (rules.isOurs(call)) {
          received.push(call)
          script(response, request)
        } else say(response, rules.refuses)
        arrived.resolve()
        arrived = Promise.withResolvers()
      })
      .catch(() => response.destroy())
  })
  const connections = new Set<Socket>()
  server.on('connection', (socket: Socket) => connections.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  return {
    origin: `https://localhost:${port}`,
    received,
    play(next) {
      script = next
    },
    answer(status, body, headers = {}) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      script = (response) => response.writeHead(status, headers).end(text)
    },
    reset() {
      for (const socket of connections) socket.resetAndDestroy()
    },
    nextCall: () => arrived.promise,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function say(response: ServerResponse, { status, body }: { status: number; body: object }): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function read(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
