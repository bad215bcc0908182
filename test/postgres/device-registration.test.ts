import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDeviceRegistration } from '../../src/postgres/device-registration.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { someoneWaits } from '../support/locks.ts'
import { sized } from '../support/size.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(async () => {
  await database.drop()
})

beforeEach(async () => {
  const { db } = database
  await db.deleteFrom('users').execute()
  await db
    .insertInto('users')
    .values([{ id: 'ann' }, { id: 'bob' }])
    .execute()
})

interface Device {
  readonly id: string
  readonly userId: string
  readonly selfRegistered: boolean
  readonly persistentSession: boolean | null
  readonly revokedAt: Date | null
  readonly createdAt: Date
}

/** Adds devices of Ann's, the first one the oldest; they may make room unless a test says otherwise. */
async function add(...devices: readonly (Partial<Device> & { readonly id: string })[]) {
  const rows = devices.map((device, n) => ({
    userId: 'ann',
    selfRegistered: true,
    createdAt: new Date(Date.UTC(2026, 0, 1 + n)),
    ...device,
  }))
  await database.db.insertInto('devices').values(rows).execute()
}

async function devicesOf(userId: string): Promise<readonly string[]> {
  const rows = await database.db
    .selectFrom('devices')
    .select('id')
    .where('userId', '=', userId)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

function register(clientId: string, { uid = 'ann', devicesMax = 2 } = {}) {
  return createDeviceRegistration(database.db).register({ uid, clientId, devicesMax })
}

describe('createDeviceRegistration', () => {
  it('makes the device the user’s own, and says that it registered itself', async () => {
    expect(await register('phone')).toBe('registered')

    const device = await database.db
      .selectFrom('devices')
      .select(['id', 'userId', 'selfRegistered', 'persistentSession', 'revokedAt'])
      .executeTakeFirst()
    expect(device).toEqual({
      id: 'phone',
      userId: 'ann',
      selfRegistered: true,
      persistentSession: null,
      revokedAt: null,
    })
  })

  it('finds a device that is the user’s own by now', async () => {
    await add({ id: 'phone' })

    expect(await register('phone')).toBe('own')
  })

  it('refuses another user’s device, revoked or not', async () => {
    await add({ id: 'b1', userId: 'bob' }, { id: 'b2', userId: 'bob', revokedAt: new Date() })

    expect(await register('b1')).toBe('foreign')
    expect(await register('b2')).toBe('foreign')
    expect(await devicesOf('bob')).toEqual(['b1', 'b2'])
  })

  it('refuses a device that was revoked', async () => {
    await add({ id: 'phone', revokedAt: new Date() })

    expect(await register('phone')).toBe('revoked')
  })

  it('refuses a user who is gone', async () => {
    expect(await register('phone', { uid: 'carol' })).toBe('unknown-user')
  })

  describe('where the user has all the devices they may have', () => {
    it('lets the oldest one make room', async () => {
      await add({ id: 'c' }, { id: 'b' })

      expect(await register('a')).toBe('registered')
      expect(await devicesOf('ann')).toEqual(['a', 'b'])
    })

    it('lets a device whose session is clean make room, and none whose session is kept', async () => {
      await add({ id: 'kept', persistentSession: true }, { id: 'clean', persistentSession: false })

      expect(await register('new')).toBe('registered')
      expect(await devicesOf('ann')).toEqual(['kept', 'new'])
    })

    it('lets no device make room that somebody has added', async () => {
      await add({ id: 'added', selfRegistered: false }, { id: 'self' })

      expect(await register('new')).toBe('registered')
      expect(await devicesOf('ann')).toEqual(['added', 'new'])
    })

    it('refuses where none can make room, and removes nothing', async () => {
      await add({ id: 'added', selfRegistered: false }, { id: 'kept', persistentSession: true })

      expect(await register('new')).toBe('full')
      expect(await devicesOf('ann')).toEqual(['added', 'kept'])
    })

    it('says so of a device that is there already', async () => {
      await add({ id: 'a', selfRegistered: false }, { id: 'b', selfRegistered: false })

      expect(await register('a')).toBe('own')
    })

    it('removes nothing for a device that is there already', async () => {
      await add({ id: 'a' }, { id: 'b' })

      expect(await register('a')).toBe('own')
      expect(await register('b')).toBe('own')
      expect(await devicesOf('ann')).toEqual(['a', 'b'])
    })

    it('counts no device that was revoked, nor removes it', async () => {
      await add({ id: 'gone', revokedAt: new Date() }, { id: 'phone' })

      expect(await register('new')).toBe('registered')
      expect(await devicesOf('ann')).toEqual(['gone', 'new', 'phone'])
    })

    it('removes as many as it takes after the limit was lowered, or none', async () => {
      await add({ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd', selfRegistered: false })

      expect(await register('e')).toBe('registered')
      expect(await devicesOf('ann')).toEqual(['d', 'e'])
      await add({ id: 'f', selfRegistered: false }, { id: 'g', selfRegistered: false })
      expect(await register('h')).toBe('full')
      expect(await devicesOf('ann')).toEqual(['d', 'e', 'f', 'g'])
    })

    it('leaves the devices of others alone', async () => {
      await add({ id: 'b1', userId: 'bob' }, { id: 'b2', userId: 'bob' }, { id: 'a1' })

      expect(await register('a2')).toBe('registered')
      expect(await register('a3')).toBe('registered')
      expect(await devicesOf('bob')).toEqual(['b1', 'b2'])
    })
  })

  describe('at once', () => {
    const logins = sized(50, 200)

    it('keeps the limit, and has the devices that came last', async () => {
      const ids = Array.from({ length: logins }, (_, n) => `device ${n}`)

      const outcomes = await Promise.all(ids.map((id) => register(id, { devicesMax: 10 })))

      expect(new Set(outcomes)).toEqual(new Set(['registered']))
      expect(await devicesOf('ann')).toHaveLength(10)
    })

    it('keeps the limit where none can make room', async () => {
      const kept = Array.from({ length: 9 }, (_, n) => ({ id: `kept ${n}`, selfRegistered: false }))
      await add(...kept)
      await add({ id: 'kept 9', persistentSession: true })
      const ids = Array.from({ length: logins }, (_, n) => `device ${n}`)

      const outcomes = await Promise.all(ids.map((id) => register(id, { devicesMax: 11 })))

      // The first one gets the free place, and each later one takes it from the one before.
      expect(new Set(outcomes)).toEqual(new Set(['registered']))
      expect(await devicesOf('ann')).toHaveLength(11)
      expect(await devicesOf('ann')).toEqual(expect.arrayContaining(kept.map(({ id }) => id)))
    })

    it('gives a client id to one user only', async () => {
      for (let round = 0; round < sized(10, 100); round++) {
        const outcomes = await Promise.all(
          Array.from({ length: 10 }, (_, n) =>
            register(`same ${round}`, { uid: n % 2 === 0 ? 'ann' : 'bob', devicesMax: 1000 }),
          ),
        )

        expect(outcomes.filter((outcome) => outcome === 'registered')).toHaveLength(1)
        expect(outcomes.filter((outcome) => outcome === 'own')).toHaveLength(4)
        expect(outcomes.filter((outcome) => outcome === 'foreign')).toHaveLength(5)
      }
    })

    it('makes no device of a user who is being removed', async () => {
      const removal = await database.db.startTransaction().execute()
      await removal.deleteFrom('users').where('id', '=', 'ann').execute()

      const login = register('phone')
      await someoneWaits(database.pool)
      await removal.commit().execute()

      expect(await login).toBe('unknown-user')
      expect(await devicesOf('ann')).toEqual([])
    })

    it('removes nothing for a client id that another user was quicker to get', async () => {
      const { db } = database
      await add({ id: 'old' }, { id: 'young' })
      const theirs = await db.startTransaction().execute()
      await theirs.insertInto('devices').values({ id: 'new', userId: 'bob' }).execute()

      const ours = register('new')
      await someoneWaits(database.pool)
      await theirs.commit().execute()

      expect(await ours).toBe('foreign')
      expect(await devicesOf('ann')).toEqual(['old', 'young'])
    })
  })
})
