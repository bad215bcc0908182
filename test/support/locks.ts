import type { Pool } from 'pg'

const WAITING = `select 1 from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`

/** Resolves once a query of the pool's database waits for another transaction to end. */
export async function someoneWaits(pool: Pool): Promise<void> {
  await manyWait(pool, 1)
}

/** The same of so many queries. */
export async function manyWait(pool: Pool, count: number): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(WAITING)
    if (rowCount !== null && rowCount >= count) return
  }
}
