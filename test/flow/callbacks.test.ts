import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startHerald } from '../support/herald.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

describe('callbacks', () => {
  it.each([
    ['callbacks', 'CALLBACK_UNKNOWN'],
    ['hooks,worker,sweeper', 'NOT_FOUND'],
  ])('are answered where the roles are %s: %s', async (roles, code) => {
    const herald = await startHerald(database.address, { HERALD_ROLES: roles })

    // The stub never calls.
    const answer = await fetch(`${herald.url}/callbacks/stub`, { method: 'POST', body: 'x' })

    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code })
    await herald.close()
  })
})
