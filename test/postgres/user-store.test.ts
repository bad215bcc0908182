import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDeletedUserStore } from '../../src/postgres/deleted-user-store.ts'
import { createPasswordStore } from '../../src/postgres/password-store.ts'
import { createUserStore } from '../../src/postgres/user-store.ts'
import { type DirectoryWorld, openDirectoryWorld, refusalOf } from '../support/directory-world.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(() => world.clear())
afterAll(() => world.close())

function aUser(uid: string) {
  return { uid, displayName: undefined, contactPolicy: undefined }
}

describe('the user store', () => {
  it('says whether a user was inserted, changed, removed', async () => {
    const users = createUserStore(world.db)

    const first = [await users.insert(aUser('ann')), await users.enable('ann')]
    const second = [await users.insert(aUser('ann')), await users.remove('ann')]
    const third = [await users.enable('ann'), await users.remove('ann')]

    expect([first, second, third]).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ])
  })

  it('holds those who are there', async () => {
    const users = createUserStore(world.db)
    await users.insert(aUser('ann'))
    await users.insert(aUser('bob'))

    expect(await users.hold(['cas', 'bob', 'ann', 'bob'])).toEqual(new Set(['ann', 'bob']))
    expect(await users.hold([])).toEqual(new Set())
  })

  it('lists by the bytes of the uid, after a uid, up to a limit', async () => {
    const users = createUserStore(world.db)
    for (const uid of ['b', 'Z', 'a', '\u00e9', 'aa']) await users.insert(aUser(uid))

    const found = await users.list({ after: 'Z', limit: 3 })

    expect(found.map(({ uid }) => uid)).toEqual(['a', 'aa', 'b'])
  })
})

describe('the password store', () => {
  it('refuses a user who is not there', async () => {
    expect(await refusalOf(createPasswordStore(world.db).set('ann', 'hash'))).toBe(
      'USER_NOT_FOUND uid',
    )
  })

  it('changes the time of a password with the password', async () => {
    await world.addUsers('ann')
    const passwords = createPasswordStore(world.db)

    await passwords.set('ann', 'one')
    const before = await updatedAt()
    await passwords.set('ann', 'two')

    expect(await updatedAt()).not.toEqual(before)
    expect([await passwords.remove('ann'), await passwords.remove('ann')]).toEqual([true, false])
  })

  async function updatedAt(): Promise<unknown> {
    const sql = `select updated_at::text from user_passwords`
    const { rows } = await world.pool.query(sql)
    return rows[0]
  }
})

describe('the store of deleted users', () => {
  it('keeps the time of the first removal', async () => {
    const deletedUsers = createDeletedUserStore(world.db)

    await deletedUsers.insert('ann')
    const before = await world.pool.query('select deleted_at::text from deleted_users')
    await deletedUsers.insert('ann')
    const after = await world.pool.query('select deleted_at::text from deleted_users')

    expect(after.rows).toEqual(before.rows)
    expect([await deletedUsers.has('ann'), await deletedUsers.has('bob')]).toEqual([true, false])
    expect([await deletedUsers.remove('ann'), await deletedUsers.remove('ann')]).toEqual([
      true,
      false,
    ])
  })
})
