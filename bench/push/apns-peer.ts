import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createSecureServer } from 'node:http2'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { PushPeer } from './vendor.ts'

const TLS = new URL('../../test/fixtures/tls/', import.meta.url)

/** Says yes to everything that comes by HTTP/2 over TLS, and looks at nothing. */
export async function startApnsPeer(latencyMs: number): Promise<PushPeer> {
  const server = createSecureServer({
    cert: readFileSync(new URL('localhost.pem', TLS)),
    key: readFileSync(new URL('localhost-key.pem', TLS)),
    settings: { maxConcurrentStreams: 1_000 },
  })
  server.on('stream', (stream, headers) => {
    const answer = { ':status': 200, 'apns-id': headers['apns-id'] ?? '-' }
    stream.on('error', () => {})
    stream.resume()
    // Not before it has all: what came on a closed stream would count as an attack.
    stream.on('end', async () => {
      if (latencyMs > 0) await pause(latencyMs)
      stream.respond(answer, { endStream: true })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    facts: {
      authority: `localhost:${address.port}`,
      port: `${address.port}`,
      ca: fileURLToPath(new URL('ca.pem', TLS)),
      key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    },
    async close() {
      server.close()
      process.exit()
    },
  }
}
