import type { FastifyPluginAsync } from 'fastify'
import type { EventIntake } from '../../core/events/event-intake.ts'
import type { EventMeter } from '../../core/ports/event-ports.ts'
import type { BrokerProof } from '../broker-proof.ts'
import { createEmqx4Events } from './emqx4-events.ts'
import { emqx5Events } from './emqx5-events.ts'
import { openEventDoor } from './event-door.ts'
import type { EventHoldings } from './event-holdings.ts'
import type { PayloadEncoding } from './payload-encoding.ts'

export interface EventRoutesOptions {
  readonly intake: EventIntake
  readonly proof: BrokerProof
  readonly meter: EventMeter
  /** Shared by all doors. */
  readonly holdings: EventHoldings
}

export interface Emqx5EventRoutesOptions extends EventRoutesOptions {
  /** By then an event is stored, or the broker is told to try again. */
  readonly patienceMs: number
}

export interface Emqx4EventRoutesOptions extends EventRoutesOptions {
  readonly payloadEncoding: PayloadEncoding
  readonly now: () => number
}

/** What EMQX 5 and 6 report, at `events`. */
export const emqx5EventRoutes: FastifyPluginAsync<Emqx5EventRoutesOptions> = async (
  app,
  options,
) => {
  const patience = { ms: options.patienceMs, retryMs: undefined }
  openEventDoor(app, { ...options, dialect: emqx5Events, patience })
}

/**
 * `web_hook` runs in the client's own process and tries nothing again. So Herald does, for a second:
 * longer would keep the client waiting.
 */
const EMQX4_PATIENCE = { ms: 1_000, retryMs: 50 }

/** What EMQX 4, 3 and 2 report, at `events`. */
export const emqx4EventRoutes: FastifyPluginAsync<Emqx4EventRoutesOptions> = async (
  app,
  options,
) => {
  openEventDoor(app, {
    ...options,
    dialect: createEmqx4Events(options),
    patience: EMQX4_PATIENCE,
  })
}
