import type { Clock } from '../clock.ts'
import type { Report } from '../events/broker-event.ts'
import { messageDropped, messagePublished } from '../events/message-happenings.ts'
import type { Message } from '../message.ts'
import type { Session } from '../sessions/session.ts'
import type { Subscription } from '../sessions/subscription.ts'
import { createRetainedMessages, type RetainedMessages } from './retained-messages.ts'
import { createSharedGroup, type SharedGroup } from './shared-group.ts'
import { createSubscriptionTree, type SubscriptionTree } from './subscription-tree.ts'
import { splitShare } from './topics.ts'

/** Brings messages to the sessions that subscribed to them. */
export interface Router {
  /** Hands a message to everybody it is for. False where nobody is subscribed. */
  publish(message: Message): boolean
  /** Subscribes, or changes how. True where the session did not have the filter before. */
  subscribe(session: Session, subscription: Subscription): boolean
  /** The subscription that ended, or undefined where there was none. */
  unsubscribe(session: Session, filter: string): Subscription | undefined
  /** Sends what is retained under a filter. Shared subscriptions get nothing (§4.8.2). */
  sendRetained(session: Session, subscription: Subscription): void
  /** Ends all subscriptions of a session. */
  forget(session: Session): void
}

export function createRouter(clock: Clock, report: Report): Router {
  const tables: Tables = {
    subscribers: createSubscriptionTree(),
    sharings: createSubscriptionTree(),
    retained: createRetainedMessages(),
  }
  return {
    publish: (message) => publish(tables, message, report),
    subscribe: (session, subscription) => subscribe(tables, session, subscription),
    unsubscribe: (session, filter) => unsubscribe(tables, session, filter),
    sendRetained(session, subscription) {
      if (splitShare(subscription.filter).group !== undefined) return
      for (const message of tables.retained.matching(subscription.filter, clock.now())) {
        session.deliver(message, subscription, 'retained')
      }
    },
    forget(session) {
      for (const filter of session.subscriptions.keys()) leave(tables, session, filter)
      session.subscriptions.clear()
    },
  }
}

interface Tables {
  readonly subscribers: SubscriptionTree<Subscriber>
  /** Shared subscriptions, by what they share; the key is the group's name. */
  readonly sharings: SubscriptionTree<Sharing>
  readonly retained: RetainedMessages
}

interface Subscriber {
  readonly session: Session
  readonly filter: string
}

interface Sharing {
  readonly group: SharedGroup
  /** With its `$share/group/`, as the sessions have it. */
  readonly filter: string
}

function publish(tables: Tables, message: Message, report: Report): boolean {
  report(messagePublished(message))
  if (message.retain) tables.retained.keep(message)
  const direct = tables.subscribers.match(message.topic)
  const shared = tables.sharings.match(message.topic)
  const chosen = shared.map(({ group, filter }) => ({ session: group.next(), filter }))
  if (direct.length + chosen.length === 0) {
    report(messageDropped(message, 'no_subscribers'))
    return false
  }
  // Later, so that who publishes to itself has its PUBACK first, as in EMQX.
  queueMicrotask(() => {
    for (const { session, filter } of [...direct, ...chosen]) hand(message, session, filter)
  })
  return true
}

/** Each subscription that matches delivers, so overlapping ones deliver twice (§3.3.4 allows it). */
function hand(message: Message, session: Session | undefined, filter: string): void {
  const subscription = session?.subscriptions.get(filter)
  if (subscription !== undefined) session?.deliver(message, subscription, 'live')
}

function subscribe(tables: Tables, session: Session, subscription: Subscription): boolean {
  const isNew = !session.subscriptions.has(subscription.filter)
  session.subscriptions.set(subscription.filter, subscription)
  join(tables, session, subscription.filter)
  return isNew
}

function unsubscribe(tables: Tables, session: Session, filter: string): Subscription | undefined {
  const subscription = session.subscriptions.get(filter)
  if (subscription === undefined) return undefined
  session.subscriptions.delete(filter)
  leave(tables, session, filter)
  return subscription
}

function join({ subscribers, sharings }: Tables, session: Session, filter: string): void {
  const shared = splitShare(filter)
  if (shared.group === undefined) {
    subscribers.set(filter, session.clientId, { session, filter })
    return
  }
  const known = sharings.get(shared.filter, shared.group)
  const sharing = known ?? { filter, group: createSharedGroup() }
  sharing.group.join(session)
  sharings.set(shared.filter, shared.group, sharing)
}

function leave({ subscribers, sharings }: Tables, session: Session, filter: string): void {
  const shared = splitShare(filter)
  if (shared.group === undefined) {
    subscribers.remove(filter, session.clientId)
    return
  }
  const sharing = sharings.get(shared.filter, shared.group)
  sharing?.group.leave(session)
  if (sharing?.group.size === 0) sharings.remove(shared.filter, shared.group)
}
