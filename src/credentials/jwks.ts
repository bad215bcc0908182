import { isIPv4 } from 'node:net'
import { StartFault } from '../core/start-fault.ts'
import { fetchText } from './fetch-text.ts'
import { type KeySet, parseKeySet } from './jwk-set.ts'
import type { JwtAlgorithm, JwtKey } from './jwt-key.ts'

export interface JwksParts {
  readonly url: string
  readonly algorithms: readonly JwtAlgorithm[]
  /** In milliseconds. */
  readonly now: () => number
  /** Hears of each fetch that failed: at most one in 30 seconds. */
  readonly onFault: (fault: Error) => void
}

/** The keys published at a URL. */
export interface Jwks {
  /** Those at hand for a token with this `kid`, or without one. */
  find(kid: string | undefined): readonly JwtKey[]
  /** As `find`, after a fetch; undefined where that failed or may not be made yet. */
  fetch(kid: string | undefined): Promise<readonly JwtKey[] | undefined>
  has(key: JwtKey): boolean
}

/** Whoever makes up key ids can't make us ask more often than this. */
const FETCH_INTERVAL_MS = 30_000
/** After this a key that was taken out of the set is accepted no more. */
const REFRESH_MS = 600_000
/** A login waits for it; sets have a few kilobytes, with certificates a few dozen. */
const LIMITS = { timeoutMs: 5000, bytesMax: 512 * 1024 } as const

/** Keeps the key set of `url`, and the last good one for as long as no newer one can be had. */
export function createJwks(parts: JwksParts): Jwks {
  checkUrl(parts.url)
  const held = createHeldKeys(parts)
  return {
    find(kid) {
      held.refresh()
      return candidates(held.keys(), kid)
    },
    async fetch(kid) {
      // Whatever is at hand has been tried, and a fetch would bring the same.
      if (knows(held.keys(), kid)) return []
      return (await held.renew()) === true ? candidates(held.keys(), kid) : undefined
    },
    has(key) {
      held.refresh()
      return held.has(key)
    },
  }
}

interface HeldKeys {
  keys(): KeySet
  has(key: JwtKey): boolean
  /** Resolves to whether the set is new; undefined where it is too early to ask again. */
  renew(): Promise<boolean> | undefined
  /** Renews a set that has become old, without waiting for it. */
  refresh(): void
}

function createHeldKeys({ url, algorithms, now, onFault }: JwksParts): HeldKeys {
  let keys: KeySet = new Map()
  let current: ReadonlySet<JwtKey> = new Set()
  let fetchedAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY
  let fetching: Promise<boolean> | undefined

  const fetchKeys = async (): Promise<boolean> => {
    try {
      const renewed = parseKeySet(await fetchText(url, LIMITS), algorithms, keys)
      if (renewed === undefined) throw new Error('there is no usable key in it')
      keys = renewed
      current = new Set([...renewed.values()].map(({ key }) => key))
      fetchedAt = now()
      return true
    } catch (cause) {
      onFault(new Error('the JWT key set could not be fetched', { cause }))
      return false
    } finally {
      fetching = undefined
    }
  }
  const renew = (): Promise<boolean> | undefined => {
    if (fetching !== undefined || now() - triedAt < FETCH_INTERVAL_MS) return fetching
    triedAt = now()
    fetching = fetchKeys()
    return fetching
  }
  const refresh = () => {
    if (now() - fetchedAt >= REFRESH_MS) void renew()
  }
  return { keys: () => keys, has: (key) => current.has(key), renew, refresh }
}

/** A key without `kid` may be anybody's, and so may the key of a token without one. */
function candidates(keys: KeySet, kid: string | undefined): readonly JwtKey[] {
  const found = [...keys.values()].filter(
    (one) => kid === undefined || one.kid === undefined || one.kid === kid,
  )
  return found.map(({ key }) => key)
}

function knows(keys: KeySet, kid: string | undefined): boolean {
  if (kid === undefined) return keys.size > 0
  return [...keys.values()].some((one) => one.kid === kid)
}

/** Whoever can change the answer on its way can log in as anybody. */
function checkUrl(url: string): void {
  const { protocol, hostname } = new URL(url)
  const isLoopback =
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    (isIPv4(hostname) && hostname.startsWith('127.'))
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback)) return
  throw new StartFault('the URL of the JWT key set must begin with https://')
}
