import type { CallOptions } from './api-world.ts'

/** A call by a device's own credential. */
export function asDevice(clientId: string, secret: string): CallOptions {
  const pair = Buffer.from(`${clientId}:${secret}`).toString('base64')
  return { key: null, headers: { authorization: `Basic ${pair}` } }
}

/** A call by a token that stands alone. */
export function withToken(token: string, clientId?: string): CallOptions {
  return {
    key: null,
    headers: {
      authorization: `Bearer ${token}`,
      ...(clientId !== undefined && { 'x-herald-client-id': clientId }),
    },
  }
}
