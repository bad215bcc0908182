import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createArrivals } from './arrivals.ts'

/** A wire between our code and a peer, that can be slow to accept, go silent, or be torn. */
export interface TcpProxy {
  readonly port: number
  /** Resolves when so many connections were made to it. */
  hasAccepted(count: number): Promise<void>
  /** Holds back whatever comes, on old and new connections; both ends notice nothing. */
  freeze(): void
  thaw(): void
  /** Lets new connections through, and keeps the old ones silent. */
  thawNew(): void
  /** Resets every connection. */
  tear(): void
  close(): Promise<void>
}

export async function openTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  const accepted = createArrivals()
  let isFrozen = false

  function join(from: Socket, to: Socket): void {
    sockets.add(from)
    from.on('data', (bytes) => to.write(bytes))
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
    if (isFrozen) from.pause()
  }

  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1')
    join(near, far)
    join(far, near)
    accepted.note()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')

  return {
    port: address.port,
    hasAccepted: (count) => accepted.reached(count),
    freeze() {
      isFrozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw() {
      isFrozen = false
      for (const socket of sockets) socket.resume()
    },
    thawNew() {
      isFrozen = false
    },
    tear() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
