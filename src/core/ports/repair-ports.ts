import type { BrokerEvent } from '../events/broker-event.ts'
import type { ConnectionMarks } from '../presence/presence-state.ts'
import type { DriftKind, KnownClient } from '../repair/drift.ts'
import type { BrokerClient } from './broker-control.ts'

/** Compares what the broker lists with what is known. One replica at a time. */
export interface SweepStore {
  /** Undefined where another replica is at it. */
  begin(): Promise<Sweep | undefined>
}

export interface Sweep {
  /** Remembers that these were listed, and says what is known of them. */
  note(clients: readonly BrokerClient[]): Promise<ReadonlyMap<string, KnownClient>>
  /**
   * Devices after `after` that count as online and were not listed as connected, ordered by client id.
   * Who has connected after `before` (milliseconds since 1970) is left out.
   */
  unlisted(after: string, limit: number, before: number): Promise<readonly UnlistedDevice[]>
  /** Of sessions that were not listed at all nothing is known any more; of whom `before` leaves out, it is. */
  forgetUnlisted(before: number): Promise<number>
  /** Has sessions looked after. */
  look(clients: readonly BrokerClient[]): Promise<void>
  end(): Promise<void>
}

export interface UnlistedDevice {
  readonly clientId: string
  readonly uid: string
  readonly connections: readonly ConnectionMarks[]
}

/** Takes what was found out by looking as if the broker had reported it. */
export type PresenceMender = (events: readonly BrokerEvent[]) => Promise<void>

export interface RepairMeter {
  mended(what: DriftKind, count: number): void
}
