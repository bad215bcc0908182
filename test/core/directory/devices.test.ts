import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Directory } from '../../../src/core/directory/directory.ts'
import {
  type DirectoryWorld,
  openDirectoryWorld,
  refusalOf,
} from '../../support/directory-world.ts'

let world: DirectoryWorld
let directory: Directory

beforeAll(async () => {
  world = await openDirectoryWorld()
  directory = world.directory
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann', 'bob')
})
afterAll(() => world.close())

describe('adding a device', () => {
  it('returns it with its secret, of which only a digest is kept', async () => {
    const { device, secret } = await directory.devices.add({
      uid: 'ann',
      clientId: 'phone',
      app: 'chat',
      platform: 'ios',
    })

    expect(device).toEqual({
      clientId: 'phone',
      uid: 'ann',
      app: 'chat',
      platform: 'ios',
      selfRegistered: false,
      subscriptionProfile: 'all',
      secretCount: 1,
      revokedAt: undefined,
      createdAt: expect.any(Date),
    })
    expect(secret).toMatch(/^hds_[\w-]{43}$/)
    expect(await digests()).toEqual([digestOf(secret)])
  })

  it.each(['ann', 'bob'])('refuses a client id that is taken, to %s too', async (uid) => {
    await directory.devices.add({ uid: 'ann', clientId: 'phone' })

    const refusal = await refusalOf(directory.devices.add({ uid, clientId: 'phone' }))

    expect(refusal).toBe('DEVICE_EXISTS clientId')
    expect(await digests()).toHaveLength(1)
  })

  it.each([
    [{ uid: 'nobody', clientId: 'phone' }, 'USER_NOT_FOUND uid'],
    [{ uid: '#', clientId: 'phone' }, 'INVALID_IDENTIFIER uid'],
    [{ uid: 'ann', clientId: 'a/b' }, 'INVALID_IDENTIFIER clientId'],
    [{ uid: 'ann', clientId: 'phone', app: 'a\u0000' }, 'INVALID_TEXT app'],
    [{ uid: 'ann', clientId: 'phone', platform: '' }, 'INVALID_TEXT platform'],
  ])('refuses %j', async (device, refusal) => {
    expect(await refusalOf(directory.devices.add(device))).toBe(refusal)
  })
})

describe('listing devices', () => {
  it('goes page by page through one user alone', async () => {
    for (const clientId of ['c', 'a', 'b']) await directory.devices.add({ uid: 'ann', clientId })
    await directory.devices.add({ uid: 'bob', clientId: 'aa' })

    const first = await directory.devices.list('ann', { limit: 2 })
    const second = await directory.devices.list('ann', { limit: 2, after: first.next })

    expect(first.items.map(({ clientId }) => clientId)).toEqual(['a', 'b'])
    expect(second.items.map(({ clientId }) => clientId)).toEqual(['c'])
    expect(second.next).toBeUndefined()
  })

  it('tells a user without devices from one who is not there', async () => {
    expect(await directory.devices.list('ann')).toEqual({ items: [], next: undefined })
    expect(await refusalOf(directory.devices.list('nobody'))).toBe('USER_NOT_FOUND uid')
  })
})

describe('revoking a device', () => {
  it('keeps the time of the first time, until it is restored', async () => {
    await directory.devices.add({ uid: 'ann', clientId: 'phone' })
    const first = new Date('2026-01-02T03:04:05.678Z')
    await world.with({ now: () => first }).devices.revoke('phone')

    expect(await directory.devices.revoke('phone')).toMatchObject({ revokedAt: first })
    expect(await directory.devices.restore('phone')).toMatchObject({ revokedAt: undefined })
  })

  it('refuses a device that is not there', async () => {
    expect(await refusalOf(directory.devices.revoke('phone'))).toBe('DEVICE_NOT_FOUND clientId')
    expect(await refusalOf(directory.devices.restore('phone'))).toBe('DEVICE_NOT_FOUND clientId')
  })
})

describe('removing a device', () => {
  it('takes its secrets along and frees the client id', async () => {
    await directory.devices.add({ uid: 'ann', clientId: 'phone' })

    await directory.devices.remove('phone')

    expect(await digests()).toEqual([])
    const { device } = await directory.devices.add({ uid: 'bob', clientId: 'phone' })
    expect(device.uid).toBe('bob')
  })

  it('refuses a device that is not there', async () => {
    expect(await refusalOf(directory.devices.remove('phone'))).toBe('DEVICE_NOT_FOUND clientId')
  })
})

describe('a new secret', () => {
  it('leaves the old ones valid', async () => {
    const { secret: old } = await directory.devices.add({ uid: 'ann', clientId: 'phone' })

    const { secret, device } = await directory.devices.addSecret('phone')

    expect(new Set(await digests())).toEqual(new Set([digestOf(old), digestOf(secret)]))
    expect(device.secretCount).toBe(2)
  })

  it('can let the old ones end, but never later than they would', async () => {
    await directory.devices.add({ uid: 'ann', clientId: 'phone' })
    const soon = new Date(Date.now() + 60_000)
    const later = new Date(Date.now() + 120_000)

    await directory.devices.addSecret('phone', { oldValidUntil: soon })
    await directory.devices.addSecret('phone', { oldValidUntil: later })

    expect(await expiries()).toEqual([soon, later, null])
  })

  it('sweeps out those that have ended', async () => {
    await directory.devices.add({ uid: 'ann', clientId: 'phone' })
    const soon = new Date(Date.now() + 60_000)
    await directory.devices.addSecret('phone', { oldValidUntil: soon })

    await world.with({ now: () => soon }).devices.addSecret('phone')

    expect(await expiries()).toEqual([null, null])
  })

  it('is the fifth at most', async () => {
    await directory.devices.add({ uid: 'ann', clientId: 'phone' })
    for (let made = 1; made < 5; made++) await directory.devices.addSecret('phone')

    const refusal = await refusalOf(directory.devices.addSecret('phone'))

    expect(refusal).toBe('TOO_MANY_SECRETS clientId')
    expect(await digests()).toHaveLength(5)
  })

  it('lets nothing end in the past', async () => {
    await directory.devices.add({ uid: 'ann', clientId: 'phone' })

    for (const oldValidUntil of [new Date(), new Date(Number.NaN), new Date(8.64e15)]) {
      const refusal = await refusalOf(directory.devices.addSecret('phone', { oldValidUntil }))
      expect(refusal).toBe('INVALID_TIME oldValidUntil')
    }
  })

  it('refuses a device that is not there', async () => {
    expect(await refusalOf(directory.devices.addSecret('phone'))).toBe('DEVICE_NOT_FOUND clientId')
  })
})

describe('withdrawing secrets', () => {
  it('can spare the newest', async () => {
    await directory.devices.add({ uid: 'ann', clientId: 'phone' })
    await directory.devices.addSecret('phone')
    const { secret } = await directory.devices.addSecret('phone')

    expect(await directory.devices.withdrawSecrets('phone', 'all-but-newest')).toBe(2)
    expect(await digests()).toEqual([digestOf(secret)])
  })

  it('can leave none, and touches no other device', async () => {
    await directory.devices.add({ uid: 'ann', clientId: 'phone' })
    const { secret } = await directory.devices.add({ uid: 'ann', clientId: 'laptop' })

    expect(await directory.devices.withdrawSecrets('phone', 'all')).toBe(1)
    expect(await directory.devices.withdrawSecrets('phone', 'all')).toBe(0)
    expect(await digests()).toEqual([digestOf(secret)])
  })

  it('refuses a device that is not there', async () => {
    const refusal = await refusalOf(directory.devices.withdrawSecrets('phone', 'all'))

    expect(refusal).toBe('DEVICE_NOT_FOUND clientId')
  })
})

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

async function digests(): Promise<string[]> {
  const rows = await world.db.selectFrom('deviceSecrets').select('digest').execute()
  return rows.map(({ digest }) => digest)
}

async function expiries(): Promise<(Date | null)[]> {
  const rows = await world.db
    .selectFrom('deviceSecrets')
    .select('expiresAt')
    .orderBy('createdAt')
    .execute()
  return rows.map(({ expiresAt }) => expiresAt)
}
