import { afterAll, beforeAll, expect, it } from 'vitest'
import { executorOn } from '../../src/postgres/sql-executor.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { inTransaction } from '../support/presence-world.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('has Postgres keep what is run with values', async () => {
  const kept = await inTransaction(database, async (client) => {
    const { executeSql } = executorOn(client)
    for (const n of [1, 2, 3]) {
      expect((await executeSql('select $1::int as n', [n])).rows).toEqual([{ n }])
    }
    await executeSql('select 1; select 2')
    return await client.query(`select statement, (generic_plans + custom_plans)::int as runs
      from pg_prepared_statements`)
  })

  expect(kept.rows).toEqual([{ statement: 'select $1::int as n', runs: 3 }])
})
