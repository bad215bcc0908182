import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { Client, type Pool } from 'pg'
import { inject } from 'vitest'
import type { SocketAddress } from '../../src/postgres/address.ts'
import { createDatabase, createPool } from '../../src/postgres/pool.ts'
import type { Database } from '../../src/postgres/tables.ts'

/** A migrated database of one test file's own. */
export interface TestDatabase {
  /** For whoever makes connections of their own; they end them before `drop`, or lose them by it. */
  readonly address: SocketAddress
  readonly pool: Pool
  readonly db: Kysely<Database>
  drop(): Promise<void>
}

/** Clones the template, which takes as long as the disk takes to make some hundreds of files. Made in `beforeAll`, dropped in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return await cloneOf(inject('templateDatabase').database)
}

/** An empty one, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return await cloneOf('template1')
}

async function cloneOf(original: string): Promise<TestDatabase> {
  const template = inject('templateDatabase')
  const database = `test_${randomBytes(8).toString('hex')}`
  await run(template, `create database ${database} template ${original}`)
  const address = { ...template, database }
  const pool = createPool(address, { name: 'herald test', max: 5 }, { info() {}, warn() {} })
  return {
    address,
    pool,
    db: createDatabase(pool),
    async drop() {
      await pool.end()
      await run(template, `drop database ${database} with (force)`)
    },
  }
}

async function run(template: SocketAddress, sql: string): Promise<void> {
  const client = new Client({ ...template, database: 'postgres' })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
