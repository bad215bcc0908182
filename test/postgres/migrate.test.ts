import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StartFault } from '../../src/core/start-fault.ts'
import { migrate } from '../../src/postgres/migrate.ts'
import { MIGRATIONS_FOLDER, readMigrations } from '../../src/postgres/migration-files.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'

const NAMES = (await readMigrations(MIGRATIONS_FOLDER)).map(({ name }) => name)

let database: TestDatabase
let folder: string

beforeEach(async () => {
  database = await createEmptyDatabase()
  folder = await mkdtemp(join(tmpdir(), 'herald-migrations-'))
  await cp(MIGRATIONS_FOLDER, folder, { recursive: true })
})

afterEach(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

async function readRecorded(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    'select name from herald_migrations order by applied_at, name',
  )
  return rows.map(({ name }) => name)
}

/** Adds the next file. */
async function add(sql: string): Promise<string> {
  const name = `${String(NAMES.length + 1).padStart(4, '0')}-one-more.sql`
  await writeFile(join(folder, name), sql)
  return name
}

describe('migrate', () => {
  it('applies what is missing, in order, and says what it applied', async () => {
    expect(await migrate(database.address, folder)).toEqual(NAMES)
    const added = await add('create table one_more (id int)')

    expect(await migrate(database.address, folder)).toEqual([added])
    expect(await migrate(database.address, folder)).toEqual([])
    expect(await readRecorded()).toEqual([...NAMES, added])
  })

  it('applies each file once where several processes start together', async () => {
    const starts = [1, 2, 3, 4, 5].map(() => migrate(database.address, folder))

    const applied = await Promise.all(starts)

    expect(applied.flat().toSorted()).toEqual(NAMES)
    expect(await readRecorded()).toEqual(NAMES)
  })

  it('refuses to go on after an applied file was edited', async () => {
    await migrate(database.address, folder)
    const [first = ''] = NAMES
    await writeFile(join(folder, first), `${await readFile(join(folder, first), 'utf8')}\n-- oops`)

    await expect(migrate(database.address, folder)).rejects.toThrow(
      new StartFault(
        `Migration ${first} was edited after it had been applied: restore the file and put the change into a new one.`,
      ),
    )
  })

  it('takes a file for the same whose line ends a checkout has turned', async () => {
    await migrate(database.address, folder)
    const [first = ''] = NAMES
    const text = await readFile(join(folder, first), 'utf8')
    await writeFile(join(folder, first), text.replaceAll('\n', '\r\n'))

    expect(await migrate(database.address, folder)).toEqual([])
  })

  it('refuses a database that a newer Herald has migrated', async () => {
    const newest = await add('create table one_more (id int)')
    await migrate(database.address, folder)

    await expect(migrate(database.address)).rejects.toThrow(
      new StartFault(
        `The database was migrated by a newer Herald (this one has no ${newest}): run that version, or restore a backup from before it.`,
      ),
    )
  })

  it('refuses a database that skipped a file', async () => {
    const newest = await add('create table one_more (id int)')
    await migrate(database.address, folder)
    const skipped = NAMES.at(-1) ?? ''
    await database.pool.query('delete from herald_migrations where name = $1', [skipped])

    await expect(migrate(database.address, folder)).rejects.toThrow(
      `Migration ${skipped} is missing from a database that already has ${newest}`,
    )
  })

  it('rolls back the whole file that fails, and keeps those before it', async () => {
    const broken = await add('create table one_more (id int); select 1 / 0')

    await expect(migrate(database.address, folder)).rejects.toThrow(
      new StartFault(`Migration ${broken} failed and was rolled back: division by zero.`),
    )

    expect(await readRecorded()).toEqual(NAMES)
    const { rows } = await database.pool.query(`select to_regclass('one_more') as table`)
    expect(rows).toEqual([{ table: null }])
  })

  it.each(['7-too-short.sql', '0099-a-gap.sql', '0001-Capitals.sql'])(
    'refuses a file called %s',
    async (name) => {
      await writeFile(join(folder, name), '')

      await expect(migrate(database.address, folder)).rejects.toThrow('should be called')
    },
  )
})
