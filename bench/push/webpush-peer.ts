import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { PushPeer } from './vendor.ts'

const TLS = new URL('../../test/fixtures/tls/', import.meta.url)

/** Says yes to everything that comes by HTTPS, and looks at nothing. */
export async function startWebPushPeer(latencyMs: number): Promise<PushPeer> {
  const certificate = {
    cert: readFileSync(new URL('localhost.pem', TLS)),
    key: readFileSync(new URL('localhost-key.pem', TLS)),
  }
  const server = createServer(certificate, (request, response) => {
    request.resume()
    request.once('end', async () => {
      if (latencyMs > 0) await pause(latencyMs)
      response.writeHead(201, { location: '/message/1', 'content-length': '0' }).end()
    })
  })
  // Senders take turns: a connection that is closed meanwhile would break the next call on it.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    facts: {
      origin: `https://localhost:${address.port}`,
      ca: fileURLToPath(new URL('ca.pem', TLS)),
    },
    async close() {
      server.close()
      process.exit()
    },
  }
}
