import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { ServerCertificate } from './tls-files.ts'

/** What arrived at a company's sender, its signature verified. */
export interface ReceivedWebhook {
  readonly id: string
  readonly path: string
  readonly body: string
  /** The keys that had signed it. */
  readonly signedBy: readonly string[]
}

export type WebhookScript = (response: ServerResponse, request: IncomingMessage) => void

export interface WebhookPeer {
  readonly origin: string
  readonly received: readonly ReceivedWebhook[]
  /** What happens to requests from now on, instead of 204. */
  play(script: WebhookScript): void
  nextRequest(): Promise<void>
  close(): Promise<void>
}

interface WebhookPeerOptions {
  /** As their owners hold them: `whsec_…`. */
  readonly secrets: readonly string[]
  readonly certificate?: ServerCertificate
}

/** A sender on loopback, which believes what is signed with one of its secrets. Shares no code with ours. */
export async function openWebhookPeer(options: WebhookPeerOptions): Promise<WebhookPeer> {
  const { secrets, certificate } = options
  const received: ReceivedWebhook[] = []
  let script: WebhookScript = (response) => response.writeHead(204).end()
  let arrived = Promise.withResolvers<void>()
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    read(request)
      .then((body) => {
        const webhook = open(request, body, secrets)
        if (webhook.signedBy.length === 0) response.writeHead(401).end('not signed for us')
        else {
          received.push(webhook)
          script(response, request)
        }
        arrived.resolve()
        arrived = Promise.withResolvers()
      })
      .catch(() => response.destroy())
  }
  const server =
    certificate === undefined ? createServer(serve) : createTlsServer(certificate, serve)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  return {
    origin: `${certificate === undefined ? 'http' : 'https'}://localhost:${port}`,
    received,
    play(next) {
      script = next
    },
    nextRequest: () => arrived.promise,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function open(request: IncomingMessage, body: string, secrets: readonly string[]): ReceivedWebhook {
  const header = (name: string) => String(request.headers[name] ?? '')
  const id = header('webhook-id')
  const signatures = header('webhook-signature').split(' ')
  const signed = `${id}.${header('webhook-timestamp')}.${body}`
  const signedBy = secrets.filter((secret) => signatures.includes(signWebhook(secret, signed)))
  return { id, path: request.url ?? '', body, signedBy }
}

/** Of `{id}.{timestamp}.{body}`. */
export function signWebhook(secret: string, signed: string): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}

async function read(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
