import { Pool } from 'undici'
import { boundedPost, type PostAnswer, type PostCall } from '../bounded-post.ts'

/** Connections to a vendor. Throws where there is no answer. */
export interface SmsSession {
  call(call: PostCall, signal: AbortSignal): Promise<PostAnswer>
  close(): Promise<void>
}

export interface SmsEndpoint {
  readonly endpoint: URL
  /** Whom to trust instead of the usual authorities, in PEM. */
  readonly ca: string | undefined
  readonly connectionsMax: number
}

export function createSmsSession({ endpoint, ca, connectionsMax }: SmsEndpoint): SmsSession {
  const pool = new Pool(endpoint.origin, {
    connections: connectionsMax,
    pipelining: 1,
    allowH2: false,
    // Longer than any call may take: only against what nobody waits for any more.
    headersTimeout: 10_000,
    bodyTimeout: 2_000,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 16_384,
    connect: { timeout: 5_000, ...(ca !== undefined && { ca }) },
  })
  return {
    call: (call, signal) => boundedPost(pool, call, signal),
    close: () => pool.destroy(),
  }
}
