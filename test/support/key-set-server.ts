import { createServer, type RequestListener } from 'node:http'
import type { Signer } from './jwt-world.ts'

/** A server of key sets on loopback, whose answer a test may change at any time. */
export async function startKeySetServer() {
  let listener: RequestListener = answerKeys([])
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}/jwks.json`,
    requests: () => requests,
    answer(next: RequestListener) {
      listener = next
    },
    /** Publishes these keys from now on. */
    publish(...keys: readonly object[]) {
      listener = answerKeys(keys)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answerKeys(keys: readonly object[]): RequestListener {
  return (_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }))
  }
}

/** A signer's public key as it stands in a key set. */
export function jwkOf({ publicObject }: Signer, fields: object = {}): object {
  return { ...publicObject.export({ format: 'jwk' }), use: 'sig', ...fields }
}
