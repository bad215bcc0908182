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
beforeEach(() => world.clear())
afterAll(() => world.close())

describe('adding a user', () => {
  it('returns the user as it is kept', async () => {
    const added = await directory.users.add({
      uid: 'ann',
      displayName: 'Ann Ö.',
      contactPolicy: 'contacts',
      password: 'correct horse',
    })

    expect(added).toEqual({
      uid: 'ann',
      displayName: 'Ann Ö.',
      contactPolicy: 'contacts',
      hasPassword: true,
      disabledAt: undefined,
      createdAt: expect.any(Date),
    })
    expect(await directory.users.show('ann')).toEqual(added)
  })

  it('needs nothing but a uid', async () => {
    const added = await directory.users.add({ uid: 'ann' })

    expect(added).toMatchObject({ displayName: undefined, contactPolicy: undefined })
    expect(added.hasPassword).toBe(false)
  })

  it('refuses a uid that is taken', async () => {
    await directory.users.add({ uid: 'ann', displayName: 'first' })

    const refusal = await refusalOf(directory.users.add({ uid: 'ann', displayName: 'second' }))

    expect(refusal).toBe('USER_EXISTS uid')
    expect(await directory.users.show('ann')).toMatchObject({ displayName: 'first' })
  })

  it.each(['', '+', 'a/b', '$a', 'a\u0000', '\ud800'])('refuses the uid %j', async (uid) => {
    expect(await refusalOf(directory.users.add({ uid }))).toBe('INVALID_IDENTIFIER uid')
  })

  it('refuses a uid of 129 bytes and a name of 513', async () => {
    const uid = `${'é'.repeat(64)}e`
    const displayName = `${'é'.repeat(256)}e`

    expect(await refusalOf(directory.users.add({ uid }))).toBe('INVALID_IDENTIFIER uid')
    const adding = directory.users.add({ uid: 'ann', displayName })
    expect(await refusalOf(adding)).toBe('INVALID_TEXT displayName')
  })

  it.each(['', 'a\u0000b', 'a\ud800b', 'a\u001b[2Jb'])(
    'refuses the name %j',
    async (displayName) => {
      const adding = directory.users.add({ uid: 'ann', displayName })

      expect(await refusalOf(adding)).toBe('INVALID_TEXT displayName')
    },
  )

  it('tells uids apart by their bytes', async () => {
    await world.addUsers('ann', 'Ann', 'a\u0308', '\u00e4')

    const { items } = await directory.users.list()

    expect(items.map(({ uid }) => uid)).toEqual(['Ann', 'ann', 'a\u0308', '\u00e4'])
  })

  it('keeps no user whose password is refused', async () => {
    const adding = directory.users.add({ uid: 'ann', password: 'short' })

    expect(await refusalOf(adding)).toBe('INVALID_PASSWORD password')
    expect(await refusalOf(directory.users.show('ann'))).toBe('USER_NOT_FOUND uid')
  })
})

describe('passwords', () => {
  it('are kept as the hash alone', async () => {
    await world.addUsers('ann')

    await directory.users.setPassword('ann', 'correct horse')

    const rows = await world.db.selectFrom('userPasswords').select('hash').execute()
    expect(rows).toEqual([{ hash: 'hash of correct horse' }])
  })

  it('get a version that never was, even after one was removed', async () => {
    await world.addUsers('ann')
    const versions = new Set<string>()

    for (const password of ['password one', 'password two', 'password one']) {
      await directory.users.setPassword('ann', password)
      versions.add(await passwordVersion())
      await directory.users.setPassword('ann', password)
      versions.add(await passwordVersion())
      await directory.users.removePassword('ann')
    }

    expect(versions.size).toBe(6)
  })

  it('are gone when removed', async () => {
    await directory.users.add({ uid: 'ann', password: 'correct horse' })

    expect(await directory.users.removePassword('ann')).toMatchObject({ hasPassword: false })
    expect(await directory.users.removePassword('ann')).toMatchObject({ hasPassword: false })
  })

  it.each([
    'seven77',
    '\u{1f600}'.repeat(7),
    'a\u0000bcdefgh',
    'a\ud800bcdefgh',
    'hds_abcdefgh',
    'hlt_abcdefgh',
  ])('refuses %j', async (password) => {
    await world.addUsers('ann')

    const refusal = await refusalOf(directory.users.setPassword('ann', password))

    expect(refusal).toBe('INVALID_PASSWORD password')
  })

  it('may have 1024 bytes and no more', async () => {
    await world.addUsers('ann')

    await directory.users.setPassword('ann', 'é'.repeat(512))
    const refusal = await refusalOf(directory.users.setPassword('ann', `${'é'.repeat(512)}e`))

    expect(refusal).toBe('INVALID_PASSWORD password')
  })

  it('are not hashed for a user who is not there', async () => {
    let hashed = 0
    const { users } = world.with({ hashPassword: async () => `${hashed++}` })

    expect(await refusalOf(users.setPassword('ann', 'correct horse'))).toBe('USER_NOT_FOUND uid')
    expect(hashed).toBe(0)
  })

  async function passwordVersion(): Promise<string> {
    const row = await world.db
      .selectFrom('userPasswords')
      .select('version')
      .executeTakeFirstOrThrow()
    return row.version
  }
})

describe('disabling a user', () => {
  it('keeps the time of the first time', async () => {
    await world.addUsers('ann')
    const first = new Date('2026-01-02T03:04:05.678Z')
    await world.with({ now: () => first }).users.disable('ann')

    expect(await directory.users.disable('ann')).toMatchObject({ disabledAt: first })
    expect(await directory.users.enable('ann')).toMatchObject({ disabledAt: undefined })
  })

  it('refuses a user who is not there', async () => {
    expect(await refusalOf(directory.users.disable('ann'))).toBe('USER_NOT_FOUND uid')
    expect(await refusalOf(directory.users.enable('ann'))).toBe('USER_NOT_FOUND uid')
  })
})

describe('the contact policy', () => {
  it('can be set, and left to the installation again', async () => {
    await world.addUsers('ann')

    const closed = await directory.users.setContactPolicy('ann', 'contacts')
    const open = await directory.users.setContactPolicy('ann', undefined)

    expect([closed.contactPolicy, open.contactPolicy]).toEqual(['contacts', undefined])
  })
})

describe('removing a user', () => {
  it('takes devices, credentials, contacts and rules along', async () => {
    await world.addUsers('ann', 'bob')
    await directory.users.setPassword('ann', 'correct horse')
    await directory.devices.add({ uid: 'ann', clientId: 'phone' })
    await directory.contacts.add('ann', 'bob', 'both-ways')
    await directory.contacts.block('bob', 'ann')
    const scope = { kind: 'user', uid: 'ann' } as const
    await directory.rules.add({ effect: 'allow', action: 'all', filter: 'iot/#', scope })

    await directory.users.remove('ann')

    expect(await refusalOf(directory.users.show('ann'))).toBe('USER_NOT_FOUND uid')
    expect(await refusalOf(directory.devices.show('phone'))).toBe('DEVICE_NOT_FOUND clientId')
    expect(await directory.contacts.list('bob')).toMatchObject({ items: [] })
    expect(await directory.contacts.listBlocks('bob')).toMatchObject({ items: [] })
    expect(await directory.rules.list()).toMatchObject({ items: [] })
  })

  it('leaves the uid taken until it is released', async () => {
    await world.addUsers('ann')
    await directory.users.remove('ann')

    expect(await refusalOf(directory.users.add({ uid: 'ann' }))).toBe('USER_DELETED uid')
    await directory.users.release('ann')
    expect(await directory.users.add({ uid: 'ann' })).toMatchObject({ uid: 'ann' })
  })

  it('refuses a user who is not there', async () => {
    await world.addUsers('ann')
    await directory.users.remove('ann')

    expect(await refusalOf(directory.users.remove('ann'))).toBe('USER_NOT_FOUND uid')
  })

  it('releases no uid that was not removed', async () => {
    await world.addUsers('ann')

    expect(await refusalOf(directory.users.release('ann'))).toBe('USER_NOT_FOUND uid')
  })

  it('gives a group to its longest-standing admin', async () => {
    await world.addUsers('ann', 'bob', 'cas', 'dan')
    await directory.groups.add({ gid: 'g', owner: 'ann', members: ['bob'] })
    await directory.members.add('g', 'dan', 'admin')
    await directory.members.add('g', 'cas', 'admin')

    await directory.users.remove('ann')

    expect(await rolesIn('g')).toEqual({ bob: 'member', cas: 'admin', dan: 'owner' })
  })

  it('gives a group without admins to its longest-standing member', async () => {
    await world.addUsers('ann', 'bob', 'cas')
    await directory.groups.add({ gid: 'g', owner: 'ann', members: ['cas'] })
    await directory.members.add('g', 'bob', 'member')

    await directory.users.remove('ann')

    expect(await rolesIn('g')).toEqual({ bob: 'member', cas: 'owner' })
  })

  it('leaves a group with another owner as it is', async () => {
    await world.addUsers('ann', 'bob', 'cas')
    await directory.groups.add({ gid: 'g', owner: 'ann', members: ['bob'] })
    await directory.members.add('g', 'cas', 'owner')

    await directory.users.remove('ann')

    expect(await rolesIn('g')).toEqual({ bob: 'member', cas: 'owner' })
  })

  it('removes a group that nobody is left in', async () => {
    await world.addUsers('ann', 'bob')
    await directory.groups.add({ gid: 'alone', owner: 'ann' })
    await directory.groups.add({ gid: 'both', owner: 'bob', members: ['ann'] })

    await directory.users.remove('ann')

    const { items } = await directory.groups.list()
    expect(items.map(({ gid }) => gid)).toEqual(['both'])
  })

  async function rolesIn(gid: string): Promise<Record<string, string>> {
    const { items } = await directory.members.list(gid)
    return Object.fromEntries(items.map(({ uid, role }) => [uid, role]))
  }
})

describe('listing users', () => {
  it('goes page by page, in the order of the uids', async () => {
    await world.addUsers('e', 'b', 'd', 'a', 'c')

    const first = await directory.users.list({ limit: 2 })
    const second = await directory.users.list({ limit: 2, after: first.next })
    const third = await directory.users.list({ limit: 2, after: second.next })

    expect([first, second, third].map(({ items }) => items.map(({ uid }) => uid))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e'],
    ])
    expect(third.next).toBeUndefined()
  })

  it('says that a full last page is the last', async () => {
    await world.addUsers('a', 'b')

    expect((await directory.users.list({ limit: 2 })).next).toBeUndefined()
  })

  it.each([0, 1001, 1.5, Number.NaN])('refuses pages of %d', async (limit) => {
    expect(await refusalOf(directory.users.list({ limit }))).toBe('INVALID_PAGE limit')
  })

  it.each(['\u0000', 'a/b', '\udfff'])('refuses to begin after %j', async (after) => {
    expect(await refusalOf(directory.users.list({ after }))).toBe('INVALID_PAGE after')
  })
})

describe('a login ticket', () => {
  const now = new Date('2026-01-02T03:04:05Z')

  it('is good for as long as the installation says', async () => {
    await world.addUsers('ann')
    const { users } = world.with({ now: () => now })

    const { ticket, expiresAt } = await users.makeTicket({ uid: 'ann' })

    expect(expiresAt).toEqual(new Date('2026-01-02T03:14:05Z'))
    expect(JSON.parse(ticket)).toEqual({ uid: 'ann', expiresAt: expiresAt.toISOString() })
  })

  it('can be for one device and another time', async () => {
    await world.addUsers('ann')
    const { users } = world.with({ now: () => now })

    const made = await users.makeTicket({ uid: 'ann', clientId: 'phone', ttlMs: 30_000 })

    expect(made.expiresAt).toEqual(new Date('2026-01-02T03:04:35Z'))
    expect(JSON.parse(made.ticket)).toMatchObject({ clientId: 'phone' })
  })

  it('needs a ticket secret', async () => {
    await world.addUsers('ann')
    const { users } = world.with({ tickets: undefined })

    expect(await refusalOf(users.makeTicket({ uid: 'ann' }))).toBe('NOT_CONFIGURED')
  })

  it.each([0, 999, 86_400_001, Number.NaN])('is not made for %d ms', async (ttlMs) => {
    await world.addUsers('ann')

    const refusal = await refusalOf(directory.users.makeTicket({ uid: 'ann', ttlMs }))

    expect(refusal).toBe('INVALID_TIME ttlMs')
  })

  it('is made for nobody who is not there, and for no impossible device', async () => {
    const { users } = directory

    expect(await refusalOf(users.makeTicket({ uid: 'ann' }))).toBe('USER_NOT_FOUND uid')
    const odd = users.makeTicket({ uid: 'ann', clientId: '#' })
    expect(await refusalOf(odd)).toBe('INVALID_IDENTIFIER clientId')
  })
})
