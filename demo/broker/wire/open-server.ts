import type { AddressInfo, Server } from 'node:net'

export interface ListenerOptions {
  readonly host: string
  readonly port: number
}

/** A door through which others come. */
export interface Listener {
  readonly port: number
  /** Lets nobody in any more; resolves when those who are in have left. */
  close(): Promise<void>
}

/** Has a server listen. */
export function openServer(server: Server, options: ListenerOptions): Promise<Listener> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      resolve({ port: portOf(server.address()), close: () => closeServer(server) })
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not a network listener')
  return address.port
}
