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

interface Memory {
  /** By user and network, as are `known`. */
  readonly tries: RecentMap<Tries>
  /** Where users have logged in from. */
  readonly known: RecentMap<true>
  readonly networks: RecentMap<Bucket>
  readonly users: RecentMap<Bucket>
}

/** `now` is in milliseconds. What it knows is this process's own and gone when it ends. */
export function createLoginThrottle(settings: ThrottleSettings, now: () => number): LoginThrottle {
  if (!settings.enabled) return OFF
  const networkOf = createClientNetwork(settings.proxyAddresses)
  const memory: Memory = {
    tries: createRecentMap(ENTRIES_MAX),
    known: createRecentMap(ENTRIES_MAX),
    networks: createRecentMap(ENTRIES_MAX),
    users: createRecentMap(ENTRIES_MAX),
  }
  return {
    isSlowed(uid, address) {
      const network = networkOf(address)
      return network !== undefined && isSlowed(memory, uid, network, now())
    },
    started(uid, address) {
      const network = networkOf(address)
      if (network === undefined) return
      const { tries } = memory
      const pair = pairOf(uid, network)
      tries.set(pair, waiting(recent(tries.get(pair), now()) + 1, now()))
    },
    ended(uid, address, outcome) {
      const network = networkOf(address)
      if (network !== undefined) learn(memory, uid, network, outcome, now())
    },
  }
}

function isSlowed(memory: Memory, uid: string, network: string, at: number): boolean {
  const pair = pairOf(uid, network)
  const tries = memory.tries.get(pair)
  if (tries !== undefined && at < tries.waitsUntil) return true
  if (memory.known.has(pair)) return false
  if (levelOf(memory.networks.get(network), at) >= ADDRESS_BURST) return true
  return levelOf(memory.users.get(uid), at) >= (tries === undefined ? FRESH_BURST : USER_BURST)
}

function learn(
  { tries, known, networks, users }: Memory,
  uid: string,
  network: string,
  outcome: TryOutcome,
  at: number,
): void {
  const pair = pairOf(uid, network)
  const count = recent(tries.get(pair), at)
  switch (outcome) {
    case 'right':
      tries.delete(pair)
      known.set(pair, true)
      return
    case 'undecided':
      if (count > 1) tries.set(pair, { count: count - 1, waitsUntil: at })
      else tries.delete(pair)
      return
    case 'wrong':
      // It was counted when it started, but the wait begins now that the answer is known.
      tries.set(pair, waiting(count, at))
      fill(networks, network, at)
      if (!known.has(pair)) fill(users, uid, at)
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

function waiting(count: number, at: number): Tries {
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
