import type { UnreachedReason } from './reach-reason.ts'

/** Whether and how a recipient of a message is notified. */
export type ReachDecision =
  | { readonly kind: 'unreached'; readonly reason: UnreachedReason }
  | { readonly kind: 'reached'; readonly deliveries: readonly PlannedDelivery[] }

export interface PlannedDelivery {
  readonly addressId: string
  readonly dueAt: number
  readonly isSilent: boolean
  /** Which step of the ladder, from 0. */
  readonly step: number
  /** Of a mail that may go out in one with others: from when on. */
  readonly gathersAt: number | undefined
}
