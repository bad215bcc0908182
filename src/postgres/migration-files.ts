import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's own. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url))

export interface Migration {
  /** `0007-add-quiet-hours.sql`. */
  readonly name: string
  readonly sql: string
  /** In hex. */
  readonly sha256: string
}

/** Reads the migrations of a folder in the order in which they apply. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  for (const [index, name] of names.entries()) checkName(name, index + 1)
  return await Promise.all(names.map((name) => readMigration(folder, name)))
}

/** Numbers without gaps: two branches that took the same one are noticed before a database has both. */
function checkName(name: string, position: number): void {
  const number = /^(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.sql$/.exec(name)?.[1]
  if (Number(number) === position) return
  throw new Error(
    `migration ${name} should be called ${String(position).padStart(4, '0')}-some-words.sql`,
  )
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  // A checkout may have turned the line ends; the statements are the same.
  const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n')
  return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
}
