import { isIP, type LookupFunction } from 'node:net'
import { buildConnector, type Dispatcher, Pool } from 'undici'
import { type AddressRule, createPublicLookup, mayCall, refusal } from './public-address.ts'

export interface SessionSettings extends AddressRule {
  /** Whom to trust instead of the usual authorities, in PEM. */
  readonly ca: string | undefined
  /** To each push service. */
  readonly connectionsMax: number
}

export interface WebPushRequest {
  readonly endpoint: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface WebPushAnswer {
  readonly status: number
  /** Each as it came; what is sent twice is joined. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The beginning of what a service says when it does not take a message. */
  readonly text: string
}

/** Connections to push services. Throws where there is no answer, `AddressRefused` where none may be asked. */
export interface WebPushSession {
  post(request: WebPushRequest, signal: AbortSignal): Promise<WebPushAnswer>
  close(): Promise<void>
}

const CONNECT_MS = 5_000
/** Longer than any call may take: only against what nobody waits for any more. */
const ANSWER_MS = 10_000
const TEXT_BYTES_MAX = 1_024
/** The connection of whoever answers more is closed. */
const BODY_BYTES_MAX = 16_384
/** Push services are few; whoever invents others must not hold sockets. */
const ORIGINS_MAX = 100

/** `lookup` is the system's but in tests. */
export function createWebPushSession(
  settings: SessionSettings,
  lookup?: LookupFunction,
): WebPushSession {
  const connect = guardedConnector(settings, lookup)
  const { connectionsMax: connections } = settings
  const pools = new Map<string, Pool>()

  function poolOf(origin: string): Pool {
    const known = pools.get(origin)
    // Put at the end again: the first is the one that was used longest ago.
    if (known !== undefined) pools.delete(origin)
    const pool = known ?? new Pool(origin, { ...POOL, connections, connect })
    pools.set(origin, pool)
    const [oldest] = pools
    if (pools.size > ORIGINS_MAX && oldest !== undefined) {
      pools.delete(oldest[0])
      void oldest[1].close()
    }
    return pool
  }

  return {
    async post({ endpoint, headers, body }, signal) {
      const path = `${endpoint.pathname}${endpoint.search}`
      const call = { method: 'POST', path, headers, body, signal } as const
      // Redirects are not followed: that would be an interceptor.
      return await readAnswer(await poolOf(endpoint.origin).request(call))
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

const POOL = {
  // One at a time: a service that is slow with one answer does not keep the others.
  pipelining: 1,
  headersTimeout: ANSWER_MS,
  bodyTimeout: ANSWER_MS,
  keepAliveTimeout: 30_000,
  maxHeaderSize: 16_384,
}

/** The only way to a socket: names go through the lookup, and what is an address already is looked at here. */
function guardedConnector(
  { allowLoopback, ca }: SessionSettings,
  lookup: LookupFunction | undefined,
): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    timeout: CONNECT_MS,
    lookup: createPublicLookup({ allowLoopback }, lookup),
    ...(ca !== undefined && { ca }),
  })
  return (options, callback) => {
    const { hostname } = options
    if (isIP(hostname) !== 0 && !mayCall(hostname, { allowLoopback })) {
      callback(refusal(hostname), null)
      return
    }
    connect(options, callback)
  }
}

async function readAnswer({
  statusCode,
  headers,
  body,
}: Dispatcher.ResponseData): Promise<WebPushAnswer> {
  const answer = { status: statusCode, headers: flatten(headers) }
  if (statusCode >= 200 && statusCode < 300) {
    // The message is accepted, whatever becomes of the rest.
    body.dump({ limit: BODY_BYTES_MAX }).catch(() => {})
    return { ...answer, text: '' }
  }
  return { ...answer, text: await beginningOf(body) }
}

/** What has come of it, where the rest does not: the status says enough. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      bytes += chunk.length
      // Leaving the loop closes the connection.
      if (bytes > BODY_BYTES_MAX) break
    }
  } catch {
    // Half an answer.
  }
  return Buffer.concat(chunks).subarray(0, TEXT_BYTES_MAX).toString()
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return flat
}
