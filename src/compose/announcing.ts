import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { announceDue } from '../core/announcing/announce.ts'
import { type Rounds, startRounds } from '../core/delivery/rounds.ts'
import type { BrokerControl } from '../core/ports/broker-control.ts'
import { createAnnouncementOutbox } from '../postgres/announcement-store.ts'

const ANNOUNCE_MS = 1_000

export interface AnnouncingParts {
  readonly pool: Pool
  readonly broker: Pick<BrokerControl, 'publish'>
  readonly log: Logger
}

/** Tells people what became of their requests, through the broker; any number of replicas share it. */
export function startAnnouncing({ pool, broker, log }: AnnouncingParts): Rounds {
  const outbox = createAnnouncementOutbox(pool)
  const parts = { outbox, broker, log, now: () => new Date() }
  return startRounds('announce', ANNOUNCE_MS, () => announceDue(parts), log)
}
