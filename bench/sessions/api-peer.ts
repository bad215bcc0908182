import { once } from 'node:events'
import { createServer } from 'node:http'

/** Says yes to every call of EMQX 5's management API that is about a client, and counts them. */
export interface ApiPeer {
  readonly url: string
  /** How often each was called, as `POST subscribe/bulk`. */
  readonly calls: Map<string, number>
  readonly underWayMax: () => number
  close(): Promise<void>
}

const NODES = [{ node: 'emqx@127.0.0.1', node_status: 'running', version: '5.8.9' }]
const NOBODY = { data: [], meta: { page: 1, limit: 1000, count: 0, hasnext: false } }

export async function startApiPeer(): Promise<ApiPeer> {
  const calls = new Map<string, number>()
  let underWay = 0
  let most = 0
  const server = createServer((request, response) => {
    most = Math.max(most, ++underWay)
    response.once('close', () => underWay--)
    const path = (request.url ?? '').replace(/^\/api\/v5\//, '').replace(/\?.*/, '')
    const name = `${request.method} ${path.replace(/^clients\/[^/]+\//, '')}`
    request.resume()
    request.once('end', () => {
      calls.set(name, (calls.get(name) ?? 0) + 1)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answerTo(path)))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    underWayMax: () => most,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function answerTo(path: string): unknown {
  if (path === 'nodes') return NODES
  return path === 'clients' ? NOBODY : []
}
