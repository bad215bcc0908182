import type { BrokerEvent } from './events/broker-event.ts'

/** What goes wrong in a broker. Without a line all is well. */
export interface BrokerFaults {
  readonly management?: ManagementFault
  /** For how long after a connect the management API does not know the client. */
  readonly unknownAfterConnectMs?: number
  /** Of the events that are sent by HTTP; `onEvent` hears all of them, once and in order. */
  readonly events?: EventFaults
}

export type ManagementFault =
  /** Every answer takes so long. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Every answer is this status. */
  | { readonly kind: 'status'; readonly status: number }
  /** Connections are closed unanswered. */
  | { readonly kind: 'down' }

export interface EventFaults {
  readonly loses?: (event: BrokerEvent) => boolean
  readonly doubles?: (event: BrokerEvent) => boolean
  /** Whether an event is overtaken by the one after it. */
  readonly holds?: (event: BrokerEvent) => boolean
}

/** The faults of one broker, which are exchanged while it runs. */
export interface Faults {
  readonly now: BrokerFaults
  set(faults: BrokerFaults): void
  /** Tells of every change; the function returned ends it. */
  follow(watcher: (faults: BrokerFaults) => void): () => void
}

export function createFaults(): Faults {
  const watchers = new Set<(faults: BrokerFaults) => void>()
  let now: BrokerFaults = {}
  return {
    get now() {
      return now
    },
    set(faults) {
      now = faults
      for (const tell of watchers) tell(faults)
    },
    follow(watcher) {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
  }
}
