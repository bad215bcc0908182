import type { Pool } from 'pg'

/** Undefined where Postgres answers, else what it, or its absence, says. */
export async function whyUnreachable(pool: Pool): Promise<string | undefined> {
  try {
    await pool.query('select 1')
    return undefined
  } catch (error) {
    const reason = error instanceof Error && error.message !== '' ? error.message : 'no connection'
    return `Postgres does not answer: ${reason}.`
  }
}
