import { isIP, type LookupFunction } from 'node:net'
import { buildConnector, Pool } from 'undici'
import { boundedPost, type PostAnswer, type PostCall } from '../bounded-post.ts'
import { type AddressRule, createPublicLookup, mayCall, refusal } from './public-address.ts'

export interface SessionSettings extends AddressRule {
  /** Whom to trust instead of the usual authorities, in PEM. */
  readonly ca: string | undefined
  /** To each push service. */
  readonly connectionsMax: number
}

/** Connections to push services. Throws where there is no answer, `AddressRefused` where none may be asked. */
export interface WebPushSession {
  post(origin: string, call: PostCall, signal: AbortSignal): Promise<PostAnswer>
  close(): Promise<void>
}

const CONNECT_MS = 5_000
const POOL = {
  // One at a time: a service that is slow with one answer does not keep the others.
  pipelining: 1,
  // Longer than any call may take: only against what nobody waits for any more.
  headersTimeout: 10_000,
  // The status says all; the rest is waited for only to use the connection again.
  bodyTimeout: 1_000,
  keepAliveTimeout: 30_000,
  maxHeaderSize: 16_384,
}
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
    post: (origin, call, signal) => boundedPost(poolOf(origin), call, signal),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
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
