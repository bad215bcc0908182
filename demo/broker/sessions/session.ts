import type { ClientInfo } from '../client-info.ts'
import type { Clock } from '../clock.ts'
import type { Report } from '../events/broker-event.ts'
import type { Message } from '../message.ts'
import { deliveryOf, type Origin } from './delivery.ts'
import { createOutbox, type Outbox, type OutboxOptions } from './outbox.ts'
import type { Subscription } from './subscription.ts'

/** What the broker keeps for a client id, with or without a connection. */
export interface Session {
  readonly clientId: string
  /** By filter, as the client wrote it. The router files them; nobody else changes them. */
  readonly subscriptions: Map<string, Subscription>
  /** Packet ids of QoS 2 messages that came in and await their PUBREL, with the time they came. */
  readonly awaitingRelease: Map<number, number>
  readonly outbox: Outbox
  deliver(message: Message, subscription: Subscription, origin: Origin): void
}

export function createSession(
  owner: ClientInfo,
  options: OutboxOptions,
  clock: Clock,
  report: Report,
): Session {
  const outbox = createOutbox(owner, options, clock, report)
  return {
    clientId: owner.clientId,
    subscriptions: new Map(),
    awaitingRelease: new Map(),
    outbox,
    deliver(message, subscription, origin) {
      const delivery = deliveryOf(message, subscription, origin)
      const isOwn = message.sender.clientId === owner.clientId
      if (subscription.noLocal && isOwn) outbox.drop(delivery, 'no_local')
      else outbox.put(delivery)
    },
  }
}
