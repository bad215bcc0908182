import type { SendLimits } from '../delivery/send-limits.ts'

/** How much was sent in the current hour and day, counted by all replicas together. */
export interface SendCountStore {
  /**
   * Counts these, in their order, as far as the limits leave room, and returns those for which there is
   * none. It is written before anything is sent, so whoever dies then has counted too much, never too
   * little.
   */
  take(asked: SendAsk): Promise<readonly DeniedSend[]>
  /** Uncounts what was not sent after all. */
  giveBack(asked: Omit<SendAsk, 'limits'>): Promise<void>
}

export interface SendAsk {
  readonly provider: string
  readonly limits: SendLimits
  /** When they were counted: what is given back belongs to that hour and day. */
  readonly atMs: number
  readonly sends: readonly CountedSend[]
}

export interface CountedSend {
  readonly addressId: string
  readonly uid: string
}

export interface DeniedSend {
  /** Its place among those that were asked for, from 0. */
  readonly index: number
  readonly by: LimitScope
}

/** Whose limit it is: an address', a user's, or that of all together. */
export type LimitScope = 'address' | 'user' | 'provider'
