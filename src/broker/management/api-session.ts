import { Pool } from 'undici'
import type { BrokerAnswer } from '../../core/ports/broker-control.ts'
import { isUntrusted, wordsOf } from './api-words.ts'

export interface ApiEndpoint {
  /** Where the API is, without `/api/v5` and without a slash at the end. */
  readonly url: string
  readonly key: string
  readonly secret: string
  /** Connections, and so calls under way at once; further ones wait for their turn. */
  readonly concurrency: number
}

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the API's base path, with its query. */
  readonly path: string
  /** Written as JSON. */
  readonly body?: unknown
}

/** What came back, whatever it says; or why nothing did. */
export type ApiReply =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly retryAfterMs: number | undefined
      /** As JSON; as text where it is none. */
      readonly body: unknown
    }
  | Exclude<BrokerAnswer<never>, { kind: 'done' | 'absent' }>

/** Connections to one management API. Never throws: what goes wrong is a reply. */
export interface ApiSession {
  call(call: ApiCall, signal: AbortSignal): Promise<ApiReply>
  close(): Promise<void>
}

/** A page of a thousand clients is below 2 MB even where all of their fields come. */
const BODY_BYTES_MAX = 8_388_608

export function createApiSession(endpoint: ApiEndpoint, basePath: string): ApiSession {
  const { origin, pathname } = new URL(endpoint.url)
  const base = `${pathname.replace(/\/+$/, '')}${basePath}`
  const credentials = Buffer.from(`${endpoint.key}:${endpoint.secret}`).toString('base64')
  const pool = new Pool(origin, {
    connections: endpoint.concurrency,
    pipelining: 1,
    allowH2: false,
    // Cowboy, which serves EMQX's API, closes a connection that was idle for 60 s.
    keepAliveTimeout: 30_000,
    maxHeaderSize: 16_384,
    connect: { timeout: 5_000 },
  })

  async function exchange({ method, path, body }: ApiCall, signal: AbortSignal): Promise<ApiReply> {
    const answer = await pool.request({
      method,
      path: `${base}${path}`,
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal,
    })
    const bytes = await readBounded(answer.body)
    if (bytes === undefined) return { kind: 'refused', reason: 'the answer is too long' }
    const retryAfterMs = readRetryAfter(answer.headers['retry-after'])
    return { kind: 'answered', status: answer.statusCode, retryAfterMs, body: parse(bytes) }
  }

  return {
    async call(call, signal) {
      try {
        return await exchange(call, signal)
      } catch (error) {
        if (signal.aborted) return { kind: 'unavailable', reason: 'no answer in time' }
        const reason = wordsOf(error)
        return { kind: isUntrusted(error) ? 'refused' : 'unavailable', reason }
      }
    },
    close: () => pool.destroy(),
  }
}

/** Undefined where it is too long; leaving the loop closes the connection. */
async function readBounded(body: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parse(bytes: Buffer): unknown {
  const text = bytes.toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Seconds (RFC 9110 §10.2.3). A date is what no broker sends. */
function readRetryAfter(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) * 1000 : undefined
}
