import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createSecureServer } from 'node:http2'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { PushPeer } from './vendor.ts'

const TLS = new URL('../../test/fixtures/tls/', import.meta.url)

const ACCEPTED = JSON.stringify({ name: 'projects/bench/messages/0:1500415314455276%31bd1c96' })
const GRANTED = JSON.stringify({ access_token: 'ya29.bench', expires_in: 3_599 })

/** FCM and Google's token endpoint, by HTTP/1.1 and HTTP/2: says yes to everything, and looks at nothing. */
export async function startFcmPeer(latencyMs: number): Promise<PushPeer> {
  const server = createSecureServer(
    {
      allowHTTP1: true,
      cert: readFileSync(new URL('localhost.pem', TLS)),
      key: readFileSync(new URL('localhost-key.pem', TLS)),
    },
    async (request, response) => {
      request.resume()
      await once(request, 'end')
      if (latencyMs > 0) await pause(latencyMs)
      const answer = request.url === '/token' ? GRANTED : ACCEPTED
      response.setHeader('content-type', 'application/json; charset=UTF-8')
      response.setHeader('content-length', answer.length)
      response.end(answer)
    },
  )
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    facts: {
      origin: `https://localhost:${address.port}`,
      port: `${address.port}`,
      ca: fileURLToPath(new URL('ca.pem', TLS)),
      account: accountOf(address.port),
    },
    async close() {
      server.close()
      process.exit()
    },
  }
}

function accountOf(port: number): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return JSON.stringify({
    project_id: 'bench',
    client_email: 'bench@bench.iam.gserviceaccount.com',
    private_key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    token_uri: `https://localhost:${port}/token`,
  })
}
