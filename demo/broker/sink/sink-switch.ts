import type { Clock } from '../clock.ts'
import type { BrokerEvent } from '../events/broker-event.ts'
import { EventSink, type SinkCounts } from './event-sink.ts'
import type { SinkSettings } from './sink-settings.ts'

/** The sink that events go into now; an EMQX that is told of another URL exchanges its resource too. */
export interface SinkSwitch {
  readonly counts: SinkCounts
  /** Whether an event is for it. */
  selects(event: BrokerEvent): boolean
  put(event: BrokerEvent): void
  /** Loses what waits. */
  forget(): void
  settled(): Promise<void>
  /** What waits in the sink before is given up. */
  turnTo(settings: SinkSettings | undefined): void
  close(): Promise<void>
}

const NOTHING_SENT: SinkCounts = { delivered: 0, lost: 0, expired: 0, dropped: 0 }

export function createSinkSwitch(settings: SinkSettings | undefined, clock: Clock): SinkSwitch {
  let sink = settings && new EventSink(settings, clock)
  let selects = settings?.selects
  return {
    selects: (event) => selects?.(event) ?? false,
    forget: () => sink?.forget(),
    get counts() {
      return sink?.counts ?? NOTHING_SENT
    },
    put: (event) => sink?.put(event),
    settled: async () => await sink?.settled(),
    turnTo(next) {
      void sink?.close()
      sink = next && new EventSink(next, clock)
      selects = next?.selects
    },
    close: async () => await sink?.close(),
  }
}
