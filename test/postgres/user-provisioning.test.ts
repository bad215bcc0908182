import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createUserProvisioning } from '../../src/postgres/user-provisioning.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { someoneWaits } from '../support/locks.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(async () => {
  await database.drop()
})

function provision(uid: string) {
  return createUserProvisioning(database.db).provision(uid)
}

async function exists(id: string): Promise<boolean> {
  const row = await database.db
    .selectFrom('users')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

describe('createUserProvisioning', () => {
  it('makes a user whom nobody knows', async () => {
    expect(await provision('ann')).toBe('active')
    expect(await exists('ann')).toBe(true)
  })

  it('leaves a user alone who is there already', async () => {
    const disabledAt = new Date()
    await database.db
      .insertInto('users')
      .values([
        { id: 'bob', displayName: 'Bob' },
        { id: 'carol', disabledAt },
      ])
      .execute()

    expect(await provision('bob')).toBe('active')
    expect(await provision('carol')).toBe('disabled')
    const bob = await database.db
      .selectFrom('users')
      .select('displayName')
      .where('id', '=', 'bob')
      .executeTakeFirst()
    expect(bob).toEqual({ displayName: 'Bob' })
  })

  it('does not bring back a user who was deleted', async () => {
    await database.db.insertInto('deletedUsers').values({ id: 'dave' }).execute()

    expect(await provision('dave')).toBe('deleted')
    expect(await exists('dave')).toBe(false)
  })

  it('does not bring back a user who is being deleted at this moment', async () => {
    const { db, pool } = database
    await db.insertInto('users').values({ id: 'erin' }).execute()
    const removal = await db.startTransaction().execute()
    await removal.deleteFrom('users').where('id', '=', 'erin').execute()
    await removal.insertInto('deletedUsers').values({ id: 'erin' }).execute()

    const login = provision('erin')
    await someoneWaits(pool)
    await removal.commit().execute()

    expect(await login).toBe('deleted')
    expect(await exists('erin')).toBe(false)
  })

  it('makes one user for many logins at once', async () => {
    const logins = Array.from({ length: 50 }, () => provision('frank'))

    expect(new Set(await Promise.all(logins))).toEqual(new Set(['active']))
  })
})
