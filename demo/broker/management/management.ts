import { createServer, type Server } from 'node:http'
import type { Hub } from '../hub.ts'
import { openServer } from '../wire/open-server.ts'
import { answerTo } from './answer-to.ts'
import { readBody, send } from './exchange.ts'
import type { Route } from './route.ts'

/** The management API of a running broker. */
export interface Management {
  /** Without a path: `http://127.0.0.1:18083`. */
  readonly url: string
  readonly port: number
  /** How often each route was called, as `POST /clients/:clientid/subscribe/bulk`. */
  readonly calls: ReadonlyMap<string, number>
  /** The most calls that were under way at once. */
  readonly underWayMax: number
}

export interface OpenManagement extends Management {
  close(): Promise<void>
}

/** Starts the part of EMQX 5's management API that `routes` list. */
export async function openManagement(hub: Hub, routes: readonly Route[]): Promise<OpenManagement> {
  const calls = new Map<string, number>()
  let underWay = 0
  let underWayMax = 0
  const server = createServer(async (request, response) => {
    underWayMax = Math.max(underWayMax, ++underWay)
    response.once('close', () => underWay--)
    const body = await readBody(request)
    if (body === undefined) return
    send(response, await answerTo({ hub, routes, calls }, request, body))
  })
  const stopFollowing = goDownWith(server, hub)
  const { host, management } = hub.settings
  const listener = await openServer(server, { host, port: management.port })
  return {
    url: `http://${host}:${listener.port}`,
    port: listener.port,
    calls,
    get underWayMax() {
      return underWayMax
    },
    async close() {
      stopFollowing()
      const closed = listener.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Has the server answer nobody while it is down. */
function goDownWith(server: Server, { faults, nodes }: Hub): () => void {
  const isDown = () => faults.now.management?.kind === 'down' || nodes.living().length === 0
  server.on('connection', (socket) => {
    if (isDown()) socket.destroy()
  })
  const look = () => {
    if (isDown()) server.closeAllConnections()
  }
  const ends = [faults.follow(look), nodes.follow(look)]
  return () => {
    for (const end of ends) end()
  }
}
