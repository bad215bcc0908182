import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '../../src/postgres/migrate.ts'
import { MIGRATIONS_FOLDER, readMigrations } from '../../src/postgres/migration-files.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'

describe('migrate', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createEmptyDatabase()
  })
  afterAll(() => database.drop())

  it('applies every file once', async () => {
    const names = (await readMigrations(MIGRATIONS_FOLDER)).map(({ name }) => name)

    expect(await migrate(database.address)).toEqual(names)
    expect(await migrate(database.address)).toEqual([])
  })
})
