import type { Pool } from 'pg'
import type { PostgresState } from '../core/doctor/examination.ts'
import { MIGRATIONS_FOLDER, readMigrations } from './migration-files.ts'

/** Looks, and changes nothing: neither migrations nor anything else. */
export async function examinePostgres(
  pool: Pool,
  nowMs: () => number,
  folder: string = MIGRATIONS_FOLDER,
): Promise<PostgresState> {
  const files = await readMigrations(folder)
  const applied = await readApplied(pool)
  const asked = nowMs()
  const { rows } = await pool.query<{ now: Date }>('select clock_timestamp() as now')
  return {
    aheadMs: (rows[0]?.now.getTime() ?? asked) - (asked + nowMs()) / 2,
    missingMigrations: files.map(({ name }) => name).filter((name) => !applied.has(name)),
    roles: await readRoles(pool),
  }
}

async function readApplied(pool: Pool): Promise<ReadonlySet<string>> {
  const there = await pool.query<{ isThere: boolean }>(
    `select to_regclass('herald_migrations') is not null as "isThere"`,
  )
  if (there.rows[0]?.isThere !== true) return new Set()
  const { rows } = await pool.query<{ name: string }>('select name from herald_migrations')
  return new Set(rows.map(({ name }) => name))
}

/** A process tells what it does by the name of the connections that its queue keeps open. */
const ROLES = `select distinct application_name as name from pg_stat_activity
  where datname = current_database() and application_name like 'herald-queue %'`

async function readRoles(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(ROLES)
  return [...new Set(rows.flatMap(({ name }) => name.split(' ').slice(1)))]
}
