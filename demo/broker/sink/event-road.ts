import type { BrokerEvent } from '../events/broker-event.ts'
import type { Faults } from '../faults.ts'

/** The way of events to where they are sent, on which some are lost, doubled or overtaken if so set. */
export interface EventRoad {
  put(event: BrokerEvent): void
  /** Lets go what is held back. */
  release(): void
}

export function createEventRoad(faults: Faults, send: (event: BrokerEvent) => void): EventRoad {
  const held: BrokerEvent[] = []

  function pass(event: BrokerEvent): void {
    send(event)
    if (faults.now.events?.doubles?.(event)) send(event)
  }

  function release(): void {
    for (const event of held.splice(0)) pass(event)
  }

  faults.follow(release)
  return {
    put(event) {
      const { loses, holds } = faults.now.events ?? {}
      if (loses?.(event)) return
      if (holds?.(event)) {
        held.push(event)
        return
      }
      pass(event)
      release()
    },
    release,
  }
}
