import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'

const LOOK_EVERY_MS = 50

const FIND = 'select id from messages where inbox = $1 and day >= current_date - 2'

/**
 * How long a message to `inbox` took to be stored, and takes it away with all that follows from it;
 * undefined where it has not come within `patienceMs`.
 */
export async function awaitProbe(
  pool: Pool,
  inbox: string,
  patienceMs: number,
): Promise<number | undefined> {
  const start = performance.now()
  for (;;) {
    const { rows } = await pool.query<{ id: string }>(FIND, [inbox])
    const waitedMs = performance.now() - start
    if (rows[0] !== undefined) {
      await forget(pool, inbox)
      return Math.round(waitedMs)
    }
    if (waitedMs >= patienceMs) return undefined
    await sleep(LOOK_EVERY_MS)
  }
}

async function forget(pool: Pool, inbox: string): Promise<void> {
  await pool.query(
    `with gone as (
       delete from messages where inbox = $1 and day >= current_date - 2 returning day, id
     )
     delete from unreached u using gone where u.day = gone.day and u.message_id = gone.id`,
    [inbox],
  )
}
