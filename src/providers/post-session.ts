import { Pool } from 'undici'
import { boundedPost, type PostAnswer, type PostCall } from './bounded-post.ts'

/** Connections to one server that takes our calls. Throws where there is no answer. */
export interface PostSession {
  call(call: PostCall, signal: AbortSignal): Promise<PostAnswer>
  close(): Promise<void>
}

export interface PostEndpoint {
  readonly endpoint: URL
  /** Whom to trust instead of the usual authorities, in PEM. */
  readonly ca: string | undefined
  readonly connectionsMax: number
}

export function createPostSession({ endpoint, ca, connectionsMax }: PostEndpoint): PostSession {
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
