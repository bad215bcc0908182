import type { Pool } from 'pg'
import type { Config } from '../config/config.ts'
import { createEventIntake, type EventIntake } from '../core/events/event-intake.ts'
import { EVENT_LIMITS } from '../core/events/group-commit.ts'
import type { Doorbells } from '../core/ports/sql.ts'
import type { Tracing } from '../core/ports/tracing.ts'
import type { LostConnection } from '../core/presence/lost-connection.ts'
import { readMessage } from '../core/reach/read-message.ts'
import type { EventSteps } from '../postgres/event-steps.ts'
import { createEventStore } from '../postgres/event-store.ts'
import { applyAcks, decideLate } from '../postgres/late-reach.ts'
import { writeMessages } from '../postgres/message-writer.ts'
import { applyPresence } from '../postgres/presence-writer.ts'
import { applyReads } from '../postgres/read-marks.ts'
import { writeRequests } from '../postgres/request-writer.ts'
import type { Metrics } from '../telemetry/metrics.ts'

export interface EventParts {
  /** Of its own: what waits here must not hold up a broker's questions. */
  readonly pool: Pool
  readonly bells: Doorbells
  readonly metrics: Metrics
  readonly tracing?: Tracing | undefined
}

/** The way of an event from the door into Postgres. */
export function composeEvents(
  config: Config,
  { pool, bells, metrics, tracing }: EventParts,
): EventIntake {
  const store = createEventStore({
    pool,
    readMessage,
    steps: eventSteps(config, bells, metrics),
    tracing,
    now: Date.now,
  })
  const { waitingMax } = EVENT_LIMITS
  const limits = {
    ...EVENT_LIMITS,
    waitingMax: { ...waitingMax, items: config.events.queueMax },
  }
  return createEventIntake({ store, meter: metrics, limits })
}

function eventSteps(
  { reach, late, requestTtlMs }: Config,
  bells: Doorbells,
  metrics: Metrics,
): EventSteps<LostConnection> {
  return {
    async applyPresence(client, events) {
      const { lost, skipped } = await applyPresence(client, events)
      if (skipped > 0) metrics.countPresenceSkipped(skipped)
      return late.isOn ? lost : []
    },
    applyAcks,
    decideLate: (client, lost, nowMs) => decideLate(client, lost, reach, nowMs),
    writeRequests: (client, requests, nowMs) =>
      writeRequests(client, requests, requestTtlMs, nowMs),
    writeMessages: (client, messages, nowMs) => writeMessages(client, messages, reach, nowMs),
    applyReads,
    ring: bells.ring,
  }
}
