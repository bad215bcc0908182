import type { Membership } from '../subscriptions/desired-subscriptions.ts'
import type { SubscriptionProfile } from '../subscriptions/subscription-profile.ts'

/** A session at the broker that somebody has to look after, and all that is known about it. */
export interface SessionTask {
  readonly clientId: string
  readonly uid: string
  /** Of what is known: whatever changes later has a higher one. */
  readonly version: string
  /** Why the session may not be there, if it may not. */
  readonly standing: 'welcome' | 'unknown-device' | 'revoked-device' | 'disabled-user'
  readonly profile: SubscriptionProfile
  readonly memberships: readonly Membership[]
  /** The filters that it has by our doing; undefined where nobody knows. */
  readonly held: readonly string[] | undefined
  /** How many it has besides. */
  readonly ownFilters: number
  /** Rights were withdrawn that the broker may remember. */
  readonly clearsCache: boolean
  /** What its client has asked for itself has to be looked at. */
  readonly looks: boolean
  readonly endsSession: boolean
  readonly isOnline: boolean
  /** Its last connection has ended, and took the session along. */
  readonly isOver: boolean
  /** How often it was tried in vain, one after the other. */
  readonly attempts: number
}

/** What has become of a task. */
export type SessionResult =
  | { readonly kind: 'held'; readonly filters: readonly string[]; readonly ownFilters: number }
  /** There is none; whoever connects next gets what is desired. */
  | { readonly kind: 'absent' }
  /** It was ended, and nothing has to be remembered of it. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'retry'; readonly afterMs: number }
  /** Not tried; for others to take. */
  | { readonly kind: 'released' }

export interface SessionSettlement {
  readonly clientId: string
  readonly version: string
  readonly result: SessionResult
}

/** The rows are the truth about what is to be done at the broker; whoever holds the lease may do it. */
export interface SessionStore {
  /** Takes what is due, revocations first, and what the lease of another has passed on. */
  claim(lease: string, limit: number, leaseMs: number): Promise<readonly SessionTask[]>
  /** What has changed since the task was read is due again at once. */
  settle(lease: string, settlements: readonly SessionSettlement[]): Promise<void>
  gauge(): Promise<SessionGauge>
}

export interface SessionGauge {
  readonly waiting: number
  /** For how long the oldest has waited for what it has to have. */
  readonly oldestMs: number
}

/** Whether the broker is to forget the verdicts that it remembers, of every client. */
export interface CacheClearing {
  want(): Promise<void>
  /** Throws where nothing could be wanted. */
  reach(): Promise<void>
  /** Undefined where nothing is wanted. Somebody else may take it once `leaseMs` are over. */
  take(leaseMs: number): Promise<CacheClaim | undefined>
  done(claim: CacheClaim): Promise<void>
}

export interface CacheClaim {
  readonly until: string
}
