import type { Pool } from 'pg'

/** Rows in one statement. */
const BATCH = 2_000

const EXPIRE = `
update requests set state = 'expired', decided_at = $1
where id in (
  select id from requests where state = 'open' and expires_at <= $1
  order by expires_at limit ${BATCH} for update skip locked)`

const FORGET = `
delete from requests
where id in (
  select id from requests where decided_at <= $1
  order by decided_at limit ${BATCH} for update skip locked)`

const UNTOLD = `
delete from announcements
where id in (
  select id from announcements where expires_at <= $1
  order by expires_at limit ${BATCH} for update skip locked)`

/** Expires what nobody has decided, and forgets what was decided before `oldest`. Any number may do it at once. */
export async function sweepRequests(pool: Pool, now: Date, oldest: Date): Promise<void> {
  await repeat(pool, EXPIRE, now)
  await repeat(pool, FORGET, oldest)
  await repeat(pool, UNTOLD, now)
}

async function repeat(pool: Pool, sql: string, until: Date): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(sql, [until])
    if (rowCount === null || rowCount < BATCH) return
  }
}
