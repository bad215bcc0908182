import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'

export interface ChatServerOptions {
  readonly port: number
  readonly heraldUrl: string
  /** What the page connects to. */
  readonly brokerUrl: string
}

export interface ChatServer {
  readonly origin: string
  close(): Promise<void>
}

const SCRIPT = 'text/javascript; charset=utf-8'
const modules = createRequire(import.meta.url)

/** What a browser asks for, and where it is. There is no bundler: types are taken out as a file is sent. */
const FILES: ReadonlyMap<string, string> = new Map([
  ['/', pageFile('index.html')],
  ['/main.ts', pageFile('main.ts')],
  ['/session.ts', pageFile('session.ts')],
  ['/view.ts', pageFile('view.ts')],
  ['/modules/herald-client.ts', fileURLToPath(new URL('../../client/client.ts', import.meta.url))],
  ['/modules/mqtt.js', modules.resolve('mqtt/dist/mqtt.esm')],
  ['/modules/openapi-fetch.js', modules.resolve('openapi-fetch/dist/index.mjs')],
])

/** Serves the page, and Herald's API beside it: to a browser, both are one origin. */
export async function openChatServer(options: ChatServerOptions): Promise<ChatServer> {
  const server = createServer((asked, response) => {
    answer(asked, response, options).catch(() => response.destroy())
  })
  server.listen(options.port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the page has no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function answer(
  asked: IncomingMessage,
  response: ServerResponse,
  { heraldUrl, brokerUrl }: ChatServerOptions,
): Promise<void> {
  const url = asked.url ?? ''
  if (url.startsWith('/v1/')) return passOn(asked, response, new URL(url, heraldUrl))
  if (url === '/settings.json')
    return send(response, 'application/json', JSON.stringify({ brokerUrl }))
  const file = FILES.get(url)
  if (file === undefined) return void response.writeHead(404).end()
  const text = await readFile(file, 'utf8')
  if (file.endsWith('.html')) return send(response, 'text/html; charset=utf-8', text)
  send(response, SCRIPT, file.endsWith('.ts') ? stripTypeScriptTypes(text) : text)
}

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(text)
}

function passOn(asked: IncomingMessage, response: ServerResponse, url: URL): void {
  const { method, headers } = asked
  const passed = request(url, { method, headers: { ...headers, host: url.host } }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers)
    answered.pipe(response)
  })
  passed.on('error', () => response.destroy())
  asked.pipe(passed)
}

function pageFile(name: string): string {
  return fileURLToPath(new URL(`page/${name}`, import.meta.url))
}
