import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertRejectedEvents } from '../../src/postgres/rejected-events.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const NOON = Date.parse('2026-11-25T12:00:00Z')

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

describe('rejected events', () => {
  it('are kept as they came', async () => {
    const { pool } = database
    const bytes = Buffer.from([0, 0xff, ...Buffer.from(`{"a":"'\\`)])
    await insertRejectedEvents(pool, [rejected('new', bytes)], NOON)

    const { rows } = await pool.query('select reason, excerpt, received_at from rejected_events')
    expect(rows).toEqual([{ reason: 'new', excerpt: bytes, received_at: new Date(NOON) }])
  })
})

function rejected(reason: string, bytes = Buffer.from('{}')) {
  return { dialect: 'emqx5', reason, bytes }
}
