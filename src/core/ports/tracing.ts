import type { SendOutcome } from '../delivery/send-outcome.ts'
import type { ChatMessage } from '../reach/chat-message.ts'
import type { DeliveryOutcome } from './delivery-ports.ts'

/**
 * Whoever wants to see the way of a message in time. It is told afterwards, so that nothing waits for it,
 * and of nobody's name or words. Where nobody listens there is none, and nothing is put together.
 */
export interface Tracing {
  /** One transaction has stored these messages and decided who is notified. */
  decided(decision: TracedDecision): void
  /** A worker has done with a delivery for now. */
  delivered(delivery: TracedDelivery): void
}

export interface TracedDecision {
  readonly messages: readonly Pick<ChatMessage, 'id' | 'kind' | 'sentAt'>[]
  readonly startedAt: number
  readonly endedAt: number
}

export interface TracedDelivery {
  readonly messageId: string
  readonly provider: string
  readonly attempt: number
  readonly claimedAt: number
  readonly endedAt: number
  readonly outcome: DeliveryOutcome
  readonly reason: string | undefined
  /** Undefined where the provider was not called. */
  readonly call: TracedCall | undefined
}

export interface TracedCall {
  readonly startedAt: number
  readonly endedAt: number
  readonly outcome: SendOutcome['kind']
  /** Deliveries that this one call was made for. */
  readonly deliveries: number
}
