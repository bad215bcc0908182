import type { Client } from 'pg'
import { StartFault } from '../core/start-fault.ts'
import type { PostgresAddress } from './address.ts'
import { connectOnce } from './connect.ts'
import { MIGRATIONS_FOLDER, type Migration, readMigrations } from './migration-files.ts'

/** Any number that nothing else in the database locks: "HERALD" on a telephone keypad. */
const MIGRATION_LOCK = 437253

/**
 * Brings the schema up to the files of `folder` and returns the names of those it applied.
 *
 * Each file is a transaction of its own, under a lock that lives as long as the transaction: it works
 * through a pooler, and of several processes each takes the next file that is missing.
 */
export async function migrate(
  address: PostgresAddress,
  folder: string = MIGRATIONS_FOLDER,
): Promise<readonly string[]> {
  const files = await readMigrations(folder)
  const client = await connectOnce(address, 'herald migrate')
  try {
    return await applyMissing(client, files)
  } finally {
    await client.end()
  }
}

async function applyMissing(
  client: Client,
  files: readonly Migration[],
): Promise<readonly string[]> {
  const applied: string[] = []
  for (;;) {
    const name = await inTransaction(client, () => applyNext(client, files))
    if (name === undefined) return applied
    applied.push(name)
  }
}

async function inTransaction<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    // Where the connection is gone there is nothing to roll back, and the first error is the one to tell.
    await client.query('rollback').catch(() => {})
    throw error
  }
}

async function applyNext(client: Client, files: readonly Migration[]): Promise<string | undefined> {
  await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
  const next = firstMissing(files, await readApplied(client))
  if (next === undefined) return undefined
  try {
    await client.query(next.sql)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartFault(`Migration ${next.name} failed and was rolled back: ${reason}.`, { cause })
  }
  await client.query('insert into herald_migrations (name, sha256) values ($1, $2)', [
    next.name,
    next.sha256,
  ])
  return next.name
}

interface Applied {
  readonly name: string
  readonly sha256: string
}

async function readApplied(client: Client): Promise<readonly Applied[]> {
  const { rows } = await client.query<{ isThere: boolean }>(
    `select to_regclass('herald_migrations') is not null as "isThere"`,
  )
  if (rows[0]?.isThere === true) {
    const applied = await client.query<Applied>(
      'select name, sha256 from herald_migrations order by name',
    )
    return applied.rows
  }
  await client.query(`
    create table herald_migrations (
      name text collate "C" primary key,
      sha256 text not null,
      applied_at timestamptz not null default now()
    )`)
  return []
}

/** Refuses a database whose history is not the beginning of ours. */
function firstMissing(
  files: readonly Migration[],
  applied: readonly Applied[],
): Migration | undefined {
  for (const [index, { name, sha256 }] of applied.entries()) {
    const file = files.find((one) => one.name === name)
    if (file === undefined) {
      throw new StartFault(
        `The database was migrated by a newer Herald (this one has no ${name}): run that version, or restore a backup from before it.`,
      )
    }
    if (file.sha256 !== sha256) {
      throw new StartFault(
        `Migration ${name} was edited after it had been applied: restore the file and put the change into a new one.`,
      )
    }
    const expected = files[index]
    if (expected !== undefined && expected.name !== name) {
      throw new StartFault(
        `Migration ${expected.name} is missing from a database that already has ${name}: give it a number after the last applied one.`,
      )
    }
  }
  return files[applied.length]
}
