import type { Client } from 'pg'
import { StartFault } from '../core/start-fault.ts'
import type { PostgresAddress } from './address.ts'
import { connectOnce } from './connect.ts'
import { messageOf } from './error-code.ts'
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
    await requireUtf8(client)
    return await applyMissing(client, files)
  } catch (cause) {
    if (cause instanceof StartFault) throw cause
    throw new StartFault(`The database could not be migrated: ${messageOf(cause)}.`, { cause })
  } finally {
    await client.end()
  }
}

/** Identifiers are measured in bytes of UTF-8, and may hold any letter. */
async function requireUtf8(client: Client): Promise<void> {
  const { rows } = await client.query<{ encoding: string }>(
    `select current_setting('server_encoding') as encoding`,
  )
  const encoding = rows[0]?.encoding
  if (encoding === 'UTF8') return
  throw new StartFault(
    `The database keeps its text in ${encoding}, and Herald needs UTF8: create it with "encoding 'UTF8' template template0".`,
  )
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
  // What the lock waited for must be seen, whatever isolation is the database's default.
  await client.query('begin isolation level read committed')
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
  // What a role's own time limit allows a question may be too short for an index.
  await client.query('set local statement_timeout = 0')
  await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
  const next = firstMissing(files, await readApplied(client))
  if (next === undefined) return undefined
  try {
    await client.query(next.sql)
  } catch (cause) {
    throw new StartFault(
      `Migration ${next.name} failed and was rolled back: ${messageOf(cause)}.`,
      { cause },
    )
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
      -- Not now(), the start of a transaction that may have waited for another.
      applied_at timestamptz not null default clock_timestamp()
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
