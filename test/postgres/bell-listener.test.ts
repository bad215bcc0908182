import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listenTo } from '../../src/postgres/bell-listener.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const log = { info() {}, warn() {} }

function listen() {
  let bells = 0
  const listener = listenTo('some_bells', () => bells++, database.address, log)
  return { close: listener.close, heard: () => bells }
}

const ring = () => database.pool.query(`select pg_notify('some_bells', '')`)

describe('a listener', () => {
  it('hears what is rung, and looks by itself when it begins to listen', async () => {
    const { close, heard } = listen()
    await expect.poll(heard).toBe(1)
    await ring()

    await expect.poll(heard).toBe(2)
    await close()
  })

  it('listens again after its connection was lost, and then looks for what it has missed', async () => {
    const { close, heard } = listen()
    await expect.poll(heard).toBe(1)
    await database.pool.query(`
      select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'herald-bells'
        and datname = current_database()`)

    await expect.poll(heard, { timeout: 5_000 }).toBe(2)
    await ring()
    await expect.poll(heard).toBe(3)
    await close()
  })
})
