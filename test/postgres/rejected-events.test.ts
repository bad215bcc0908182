import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertRejectedEvents, pruneRejectedEvents } from '../../src/postgres/rejected-events.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const NOON = Date.parse('2026-11-25T12:00:00Z')
const DAY_MS = 86_400_000

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

describe('rejected events', () => {
  it('are kept as they came, and forgotten when they are old', async () => {
    const { pool, db } = database
    const bytes = Buffer.from([0, 0xff, ...Buffer.from(`{"a":"'\\`)])
    await insertRejectedEvents(pool, [rejected('old'), rejected('older')], NOON - DAY_MS - 1)
    await insertRejectedEvents(pool, [rejected('new', bytes)], NOON - DAY_MS)

    expect(await pruneRejectedEvents(db, new Date(NOON - DAY_MS))).toBe(2)

    const { rows } = await pool.query('select reason, excerpt, received_at from rejected_events')
    expect(rows).toEqual([{ reason: 'new', excerpt: bytes, received_at: new Date(NOON - DAY_MS) }])
  })

  it('are forgotten though there are many', async () => {
    const { pool, db } = database
    await pool.query('delete from rejected_events')
    await pool.query(`
      insert into rejected_events (received_at, dialect, reason, excerpt)
      select '2026-01-01', 'emqx5', 'why', '' from generate_series(1, 25000)`)

    expect(await pruneRejectedEvents(db, new Date(NOON))).toBe(25_000)
    expect(await pruneRejectedEvents(db, new Date(NOON))).toBe(0)
  })
})

function rejected(reason: string, bytes = Buffer.from('{}')) {
  return { dialect: 'emqx5', reason, bytes }
}
