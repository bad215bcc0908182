import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '../../src/postgres/migrate.ts'
import { MIGRATIONS_FOLDER, readMigrations } from '../../src/postgres/migration-files.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'
import { ROWS } from './upgrade-rows.ts'

type Rows = readonly Readonly<Record<string, unknown>>[]

let database: TestDatabase
let folder: string

beforeAll(async () => {
  database = await createEmptyDatabase()
  folder = await mkdtemp(join(tmpdir(), 'herald-migrations-'))
})

afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

async function readEverything(): Promise<ReadonlyMap<string, Rows>> {
  const { rows: tables } = await database.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'herald_migrations'
        and not exists (select from pg_class p where p.oid = table_name::regclass and p.relispartition)`,
  )
  const everything = new Map<string, Rows>()
  for (const { name } of tables) {
    const { rows } = await database.pool.query(
      `select * from "${name}" t order by t::text collate "C"`,
    )
    everything.set(name, rows)
  }
  return everything
}

describe('an upgrade', () => {
  it('keeps the data of every earlier schema', async () => {
    for (const { name } of await readMigrations(MIGRATIONS_FOLDER)) {
      const before = await readEverything()
      await cp(join(MIGRATIONS_FOLDER, name), join(folder, name))

      expect(await migrate(database.address, folder)).toEqual([name])

      const after = await readEverything()
      for (const [table, rows] of before) {
        expect(after.get(table), `${table} after ${name}`).toMatchObject(rows)
      }
      await database.pool.query(
        ROWS[name] ?? `select 'upgrade-rows.ts has no rows for ${name}'::int`,
      )
    }
    const empty = [...(await readEverything())].filter(([, rows]) => rows.length === 0)
    expect(empty.map(([table]) => table)).toEqual([])
  })
})
