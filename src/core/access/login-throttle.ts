import { createClientNetwork } from './client-network.ts'
import { createRecentMap, type RecentMap } from './recent-map.ts'

export interface ThrottleSettings {
  readonly enabled: boolean
  /** Addresses and networks in CIDR notation that many clients share: nobody is slowed down there. */
  readonly proxyAddresses: readonly string[]
}

/** `undecided` is a try that came to nothing: it tells neither for nor against who made it. */
export type TryOutcome = 'right' | 'wrong' | 'undecided'

/**
 * Slows down those who guess passwords.
 *
 * A user at an address has a few tries, then waits twice as long for each further one. An address that
 * guesses at many users is slowed down, and so is a user at whom many addresses guess; both leave
 * alone whoever has logged in from where they are, and both let a try through every few seconds, first
 * of all from addresses that have not tried yet, so the owner gets in from a new place too.
 */
export interface LoginThrottle {
  isSlowed(uid: string, address: string): boolean
  /** Counts a try before its outcome is known, or tries made at once would all be the first. */
  started(uid: string, address: string): void
  ended(uid: string, address: string, outcome: TryOutcome): void
}

const TRIES_FREE = 5
const WAIT_MIN_MS = 1000
const WAIT_MAX_MS = 15 * 60_000
/** After so long without a try, a user at an address begins anew. */
const FORGET_MS = 60 * 60_000
/** Wrong passwords of one address, or about one user, before they are slowed down. */
const ADDRESS_BURST = 30
const USER_BURST = 20
/** Kept for addresses that have not tried this user yet: the owner may be the next one. */
const FRESH_BURST = 40
/** After the burst, one wrong password in this time: 14,400 guesses a day. */
const LEAK_MS = 6000

/** Wrong passwords cost argon2, so nobody can push their own entries out of so large a map soon. */
const ENTRIES_MAX = 100_000

interface Tries {
  readonly count: number
  /** Milliseconds. */
  readonly waitsUntil: number
}

interface Bucket {
  readonly level: number
  /** Milliseconds. */
  readonly at: number
}

const OFF: LoginThrottle = {
  isSlowed: () => false,
  started() {},
  ended() {},
}

/** `now` is in milliseconds. What it knows is this process's own and gone when it ends. */
export function createLoginThrottle(settings: ThrottleSettings, now: () => number): LoginThrottle {
  if (!settings.enabled) return OFF
  const networkOf = createClientNetwork(settings.proxyAddresses)
  const tries = createRecentMap<Tries>(ENTRIES_MAX)
  const known = createRecentMap<true>(ENTRIES_MAX)
  const addresses = createRecentMap<Bucket>(ENTRIES_MAX)
  const users = createRecentMap<Bucket>(ENTRIES_MAX)

  return {
    isSlowed(uid, address) {
      const network = networkOf(address)
      if (network === undefined) return false
      const pair = pairOf(uid, network)
      const at = now()
      if (at < (tries.get(pair)?.waitsUntil ?? 0)) return true
      if (known.has(pair)) return false
      if (levelOf(addresses.get(network), at) >= ADDRESS_BURST) return true
      return levelOf(users.get(uid), at) >= (tries.has(pair) ? USER_BURST : FRESH_BURST)
    },
    started(uid, address) {
      const network = networkOf(address)
      if (network === undefined) return
      const pair = pairOf(uid, network)
      tries.set(pair, after(recent(tries.get(pair), now()) + 1, now()))
    },
    ended(uid, address, outcome) {
      const network = networkOf(address)
      if (network === undefined) return
      const pair = pairOf(uid, network)
      switch (outcome) {
        case 'right':
          tries.delete(pair)
          known.set(pair, true)
          return
        case 'undecided':
          tries.set(pair, { count: recent(tries.get(pair), now()) - 1, waitsUntil: now() })
          return
        case 'wrong':
          // The wait begins when the answer is known.
          tries.set(pair, after(recent(tries.get(pair), now()), now()))
          fill(addresses, network, now())
          if (!known.has(pair)) fill(users, uid, now())
      }
    },
  }
}

/** No address holds a space. */
function pairOf(uid: string, network: string): string {
  return `${network} ${uid}`
}

function recent(tries: Tries | undefined, at: number): number {
  if (tries === undefined || at - tries.waitsUntil > FORGET_MS) return 0
  return tries.count
}

function after(count: number, at: number): Tries {
  if (count < TRIES_FREE) return { count, waitsUntil: at }
  const waitMs = Math.min(WAIT_MIN_MS * 2 ** (count - TRIES_FREE), WAIT_MAX_MS)
  return { count, waitsUntil: at + waitMs }
}

function levelOf(bucket: Bucket | undefined, at: number): number {
  if (bucket === undefined) return 0
  return Math.max(0, bucket.level - (at - bucket.at) / LEAK_MS)
}

function fill(buckets: RecentMap<Bucket>, key: string, at: number): void {
  buckets.set(key, { level: levelOf(buckets.get(key), at) + 1, at })
}
