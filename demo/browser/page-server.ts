import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'

/** `demo/web`: a page, and the service worker that it registers. */
const FILES: ReadonlyMap<string, readonly [file: string, type: string]> = new Map([
  ['/', ['index.html', 'text/html; charset=utf-8']],
  ['/service-worker.js', ['service-worker.js', 'text/javascript; charset=utf-8']],
])

export interface PageServer {
  /** Of this machine, where service workers need no TLS. */
  readonly origin: string
  close(): Promise<void>
}

export async function openPageServer(): Promise<PageServer> {
  const server = createServer((request, response) => {
    serve(request.url ?? '', response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
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

async function serve(path: string, response: ServerResponse): Promise<void> {
  const [file, type] = FILES.get(path) ?? []
  if (file === undefined) {
    response.writeHead(404).end()
    return
  }
  const content = await readFile(new URL(`../web/${file}`, import.meta.url))
  response.writeHead(200, { 'content-type': type }).end(content)
}
