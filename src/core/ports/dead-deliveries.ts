import type { DeliveryKey } from '../delivery/claimed-delivery.ts'
import type { DeadState } from '../delivery/dead-states.ts'
import type { DeliveryTrace } from '../reach/message-trace.ts'

/** A delivery by itself. */
export interface FoundDelivery extends DeliveryTrace, DeliveryKey {}

/** What is left out is anything. */
export interface DeadFilter {
  readonly uid?: string | undefined
  readonly states: readonly DeadState[]
  readonly provider?: string | undefined
  readonly reason?: string | undefined
}

/** Before which key to begin, and how many. */
export interface DeadSlice {
  readonly after: DeliveryKey | undefined
  readonly limit: number
}

/** What did not reach anybody. */
export interface DeliverySearch {
  /** The newest day first, within it by the message's id downwards; without attempts. */
  list(filter: DeadFilter, slice: DeadSlice): Promise<readonly FoundDelivery[]>
  /** Of any state, with its attempts. */
  find(key: DeliveryKey): Promise<FoundDelivery | undefined>
}

/** On a transaction. */
export interface DeadDeliveryStore extends DeliverySearch {
  /** The same, which nobody else changes until the transaction ends. */
  lock(key: DeliveryKey): Promise<FoundDelivery | undefined>
  /** Returns how many there were to be sent again: not what has expired and gets no other `expiresAt`. */
  redrive(
    keys: readonly DeliveryKey[],
    expiresAt: number | undefined,
    nowMs: number,
  ): Promise<number>
  discard(keys: readonly DeliveryKey[]): Promise<number>
}
