import type { Pool } from 'pg'
import type { RejectedEvent } from '../core/ports/event-ports.ts'

const INSERT = `
insert into rejected_events (received_at, dialect, reason, excerpt)
select to_timestamp($1::double precision / 1000), event.*
from unnest($2::text[], $3::text[], $4::bytea[]) as event (dialect, reason, excerpt)`

/** Keeps events that could not be understood or stored, for people to look at. */
export async function insertRejectedEvents(
  pool: Pool,
  events: readonly RejectedEvent[],
  nowMs: number,
): Promise<void> {
  await pool.query(INSERT, [
    nowMs,
    events.map((event) => event.dialect),
    events.map((event) => event.reason),
    events.map((event) => event.bytes),
  ])
}
