import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './route.ts'

/** A request's body as text; undefined where the caller went away. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  } catch {
    return undefined
  }
}

export function send(response: ServerResponse, { status, body }: Answer): void {
  if (body === undefined) response.writeHead(status).end()
  else response.writeHead(status, { 'content-type': typeOf(body) }).end(textOf(body))
}

function typeOf(body: unknown): string {
  if (typeof body !== 'string') return 'application/json'
  return body.startsWith('<html>') ? 'text/html' : 'text/plain'
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}
