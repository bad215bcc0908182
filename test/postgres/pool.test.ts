import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  createDatabase,
  createPool,
  KEPT_PLANS,
  type PoolOptions,
} from '../../src/postgres/pool.ts'
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

  it('reads a day as that day, wherever the process lives', async () => {
    const pool = openPool({})

    const { rows } = await pool.query(`select '2026-11-25'::date as day, array['a'] as texts`)

    expect(rows).toEqual([{ day: '2026-11-25', texts: ['a'] }])
  })

  it('is known to Postgres by its name', async () => {
    const pool = openPool({ name: 'herald questions' })

    expect((await pool.query('show application_name')).rows).toEqual([
      { application_name: 'herald questions' },
    ])
  })

  it('has its settings on every connection', async () => {
    const pool = openPool({ settings: KEPT_PLANS, max: 2 })

    const shown = await Promise.all([1, 2].map(() => pool.query('show plan_cache_mode')))

    expect(pool.totalCount).toBe(2)
    for (const { rows } of shown) expect(rows).toEqual([{ plan_cache_mode: 'force_generic_plan' }])
  })

  it('plans a query with a name once, and by key, where plans are kept', async () => {
    const pool = openPool({ settings: KEPT_PLANS })
    const named = { name: 'probe', text: 'select from users where id = $1' }

    for (const uid of ['ann', 'bob', 'eve']) await pool.query({ ...named, values: [uid] })

    const { rows } = await pool.query(
      `select generic_plans::int, custom_plans::int from pg_prepared_statements where name = 'probe'`,
    )
    expect(rows).toEqual([{ generic_plans: 3, custom_plans: 0 }])
    const plan = await pool.query(`explain (costs off) select from users where id = 'ann'`)
    expect(JSON.stringify(plan.rows)).toContain('users_pkey')
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
