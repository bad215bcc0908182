import type { Pool } from 'pg'
import type { Config } from '../config/config.ts'
import { createEventIntake, type EventIntake } from '../core/events/event-intake.ts'
import { EVENT_LIMITS } from '../core/events/group-commit.ts'
import type { EventStore } from '../core/ports/event-ports.ts'
import type { Doorbells } from '../core/ports/sql.ts'
import type { LostConnection } from '../core/presence/lost-connection.ts'
import { readMessage } from '../core/reach/read-message.ts'
import { autoFilters } from '../core/subscriptions/desired-subscriptions.ts'
import type { EventSteps } from '../postgres/event-steps.ts'
import { createEventStore } from '../postgres/event-store.ts'
import { applyAcks, decideLate } from '../postgres/late-reach.ts'
import { writeMessages } from '../postgres/message-writer.ts'
import type { OnLost } from '../postgres/node-watch.ts'
import { applyPresence } from '../postgres/presence-writer.ts'
import { applyReads } from '../postgres/read-marks.ts'
import { markConnected } from '../postgres/session-marks.ts'
import { executorOn } from '../postgres/sql-executor.ts'
import type { Metrics } from '../telemetry/metrics.ts'

export interface EventParts {
  /** Of its own: what waits here must not hold up a broker's questions. */
  readonly pool: Pool
  readonly bells: Doorbells
  readonly metrics: Metrics
}

/** The way of an event from the door into Postgres. */
export function composeEvents(config: Config, parts: EventParts): EventIntake {
  const { waitingMax } = EVENT_LIMITS
  const limits = {
    ...EVENT_LIMITS,
    waitingMax: { ...waitingMax, items: config.events.queueMax },
  }
  return createEventIntake({
    store: composeEventStore(config, parts),
    meter: parts.metrics,
    limits,
  })
}

export function composeEventStore(
  config: Config,
  { pool, bells, metrics }: EventParts,
): EventStore {
  return createEventStore({
    pool,
    readMessage,
    steps: eventSteps(config, bells, metrics),
    now: Date.now,
  })
}

/** What follows from connections that were lost with their node. */
export function composeLosses({ reach, late }: Config, bells: Doorbells): OnLost {
  return async (client, lost) => {
    if (!late.isOn) return
    const due = await decideLate(client, lost, reach, Date.now())
    if (due.length > 0) await bells.ring(executorOn(client), due)
  }
}

function eventSteps(
  { reach, late, brokerApi, sessions }: Config,
  bells: Doorbells,
  metrics: Metrics,
): EventSteps<LostConnection> {
  return {
    async applyPresence(client, events) {
      const { lost, connected, skipped } = await applyPresence(client, events)
      // Where Herald may not act on the broker, nobody would ever take what is marked.
      if (brokerApi !== undefined) {
        await markConnected(client, connected, (uid) => autoFilters(uid, sessions))
      }
      if (skipped > 0) metrics.countPresenceSkipped(skipped)
      return late.isOn ? lost : []
    },
    applyAcks,
    decideLate: (client, lost, nowMs) => decideLate(client, lost, reach, nowMs),
    writeMessages: (client, messages, nowMs) => writeMessages(client, messages, reach, nowMs),
    applyReads,
    ring: bells.ring,
  }
}
