import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPasswordHashes } from '../../src/postgres/password-hashes.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(async () => {
  await database.drop()
})

describe('createPasswordHashes', () => {
  it('finds the hash and its version, as text', async () => {
    const { db } = database
    await db
      .insertInto('users')
      .values([{ id: 'ann' }, { id: 'bob' }])
      .execute()
    await db.insertInto('userPasswords').values({ userId: 'ann', hash: '$argon2id$x' }).execute()
    const hashes = createPasswordHashes(db)

    expect(await hashes.find('ann')).toEqual({
      hash: '$argon2id$x',
      version: expect.stringMatching(/^\d+$/),
    })
    expect(await hashes.find('bob')).toBeUndefined()
    expect(await hashes.find('nobody')).toBeUndefined()
  })
})
