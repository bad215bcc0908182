import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createDatabase, createPool, type PoolOptions } from '../../src/postgres/pool.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

function openPool(options: Partial<PoolOptions>, warn = vi.fn()) {
  const log = { info() {}, warn }
  const pool = createPool(database.address, { name: 'herald test', max: 1, ...options }, log)
  onTestFinished(() => pool.end())
  return pool
}

describe('a pool', () => {
  it('outlives the loss of an idle connection, and tells of it', async () => {
    const warn = vi.fn()
    const pool = openPool({ name: 'herald questions' }, warn)
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')

    await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])

    await vi.waitUntil(() => warn.mock.calls.length > 0)
    expect(warn.mock.calls[0]).toEqual([
      { err: expect.any(Error), pool: 'herald questions' },
      'idle database connection was lost',
    ])
    expect(warn.mock.calls[0]?.[0].err).not.toHaveProperty('client')
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  it('is known to Postgres by its name', async () => {
    const pool = openPool({ name: 'herald questions' })

    expect((await pool.query('show application_name')).rows).toEqual([
      { application_name: 'herald questions' },
    ])
  })

  it('has Postgres give up a statement that takes too long', async () => {
    const pool = openPool({ statementMs: 500 })

    await expect(pool.query('select pg_sleep(30)')).rejects.toThrow('statement timeout')
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  it('gives up a question itself where Postgres does not answer', async () => {
    const pool = openPool({ queryMs: 500 })

    await expect(pool.query('select pg_sleep(30)')).rejects.toThrow('Query read timeout')
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  it('does not let anyone wait for ever for a connection', async () => {
    const pool = openPool({ connectMs: 1_000 })
    const client = await pool.connect()
    onTestFinished(() => client.release())

    await expect(pool.query('select 1')).rejects.toThrow('timeout exceeded')
  })
})

describe('a database', () => {
  it('has camel case in TypeScript and snake case in SQL, and reads bigint as text', async () => {
    const db = createDatabase(database.pool)
    await db.insertInto('users').values({ id: 'ann', displayName: 'Ann' }).execute()
    await db.insertInto('userPasswords').values({ userId: 'ann', hash: '$argon2id$' }).execute()

    const row = await db
      .selectFrom('users')
      .innerJoin('userPasswords', 'userPasswords.userId', 'users.id')
      .select(['users.displayName', 'userPasswords.version'])
      .executeTakeFirstOrThrow()

    expect(row).toEqual({ displayName: 'Ann', version: '1' })
  })
})
