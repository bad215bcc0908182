import { type Kysely, sql } from 'kysely'
import type { Pool } from 'pg'
import type { RejectedEvent } from '../core/ports/event-ports.ts'
import type { Database } from './tables.ts'

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

/** In one statement, so that none takes long. */
const PRUNED_MAX = 10_000

/** Forgets the rejected events that came before `olderThan`; returns how many. */
export async function pruneRejectedEvents(db: Kysely<Database>, olderThan: Date): Promise<number> {
  let pruned = 0
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from rejected_events where id in (
        select id from rejected_events where received_at < ${olderThan}
        order by received_at limit ${PRUNED_MAX}
      )`.execute(db)
    pruned += Number(numAffectedRows)
    if (numAffectedRows < PRUNED_MAX) return pruned
  }
}
