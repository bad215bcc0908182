import { Pool } from 'undici'
import { boundedPost, type PostAnswer } from '../bounded-post.ts'
import type { WebhookSettings } from './webhook-settings.ts'

/** Connections to the company's sender. Throws where there is no answer. */
export interface WebhookSession {
  post(
    headers: Readonly<Record<string, string>>,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<PostAnswer>
  close(): Promise<void>
}

export function createWebhookSession(settings: WebhookSettings): WebhookSession {
  const { url, ca, connectionsMax: connections } = settings
  const path = `${url.pathname}${url.search}`
  const pool = new Pool(url.origin, {
    connections,
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
    post: (headers, body, signal) => boundedPost(pool, { path, headers, body }, signal),
    close: () => pool.destroy(),
  }
}
