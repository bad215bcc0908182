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
  await world.addUsers('ann', 'bob', 'cas')
  await directory.groups.add({ gid: 'g', owner: 'ann', members: ['bob'] })
})
afterAll(() => world.close())

describe('joining', () => {
  it.each(['member', 'admin', 'owner'] as const)('makes an %s', async (role) => {
    const added = await directory.members.add('g', 'cas', role)

    expect(added).toEqual({
      gid: 'g',
      uid: 'cas',
      role,
      silencedUntil: undefined,
      joinedAt: expect.any(Date),
    })
    expect((await directory.members.listOf('cas')).items).toEqual([added])
  })

  it.each([
    ['g', 'bob', 'MEMBER_EXISTS uid'],
    ['g', 'nobody', 'USER_NOT_FOUND uid'],
    ['h', 'cas', 'GROUP_NOT_FOUND gid'],
    ['#', 'cas', 'INVALID_IDENTIFIER gid'],
    ['g', '$cas', 'INVALID_IDENTIFIER uid'],
  ])('refuses group %s to user %s', async (gid, uid, refusal) => {
    expect(await refusalOf(directory.members.add(gid, uid, 'member'))).toBe(refusal)
  })

  it('refuses who is banned', async () => {
    await directory.bans.add('g', 'cas')

    expect(await refusalOf(directory.members.add('g', 'cas', 'member'))).toBe('MEMBER_BANNED uid')
  })
})

describe('leaving', () => {
  it('ends the membership', async () => {
    await directory.members.remove('g', 'bob')

    expect((await directory.members.list('g')).items).toMatchObject([{ uid: 'ann' }])
    expect(await refusalOf(directory.members.remove('g', 'bob'))).toBe('MEMBER_NOT_FOUND uid')
    expect(await refusalOf(directory.members.remove('h', 'bob'))).toBe('GROUP_NOT_FOUND gid')
  })

  it('is refused to the only owner', async () => {
    expect(await refusalOf(directory.members.remove('g', 'ann'))).toBe('LAST_OWNER uid')

    await directory.members.setRole('g', 'bob', 'owner')
    await directory.members.remove('g', 'ann')
    expect((await directory.members.list('g')).items).toMatchObject([{ uid: 'bob' }])
  })
})

describe('a role', () => {
  it('can be changed', async () => {
    expect(await directory.members.setRole('g', 'bob', 'admin')).toMatchObject({ role: 'admin' })
    expect(await directory.members.setRole('g', 'bob', 'member')).toMatchObject({ role: 'member' })
  })

  it.each(['admin', 'member'] as const)('of %s is refused to the only owner', async (role) => {
    expect(await refusalOf(directory.members.setRole('g', 'ann', role))).toBe('LAST_OWNER uid')
    expect(await directory.members.setRole('g', 'ann', 'owner')).toMatchObject({ role: 'owner' })
  })

  it('is given to members alone', async () => {
    const outside = directory.members.setRole('g', 'cas', 'owner')

    expect(await refusalOf(outside)).toBe('MEMBER_NOT_FOUND uid')
    const nowhere = directory.members.setRole('h', 'cas', 'owner')
    expect(await refusalOf(nowhere)).toBe('GROUP_NOT_FOUND gid')
  })
})

describe('silencing', () => {
  it('lasts until its time or until it is ended', async () => {
    const until = new Date(Date.now() + 60_000)

    const silenced = await directory.members.silence('g', 'bob', until)
    const free = await directory.members.unsilence('g', 'bob')

    expect([silenced.silencedUntil, free.silencedUntil]).toEqual([until, undefined])
  })

  it('that is over is not shown', async () => {
    const past = new Date(Date.now() - 60_000)
    const earlier = world.with({ now: () => new Date(past.getTime() - 1) })

    const silenced = await earlier.members.silence('g', 'bob', past)

    expect(silenced.silencedUntil).toBeUndefined()
  })

  it('refuses times that are no future', async () => {
    for (const until of [new Date(), new Date(Number.NaN), new Date('+010000-01-01')]) {
      const refusal = await refusalOf(directory.members.silence('g', 'bob', until))
      expect(refusal).toBe('INVALID_TIME until')
    }
  })

  it('refuses who is not a member', async () => {
    const until = new Date(Date.now() + 60_000)

    const refusal = await refusalOf(directory.members.silence('g', 'cas', until))

    expect(refusal).toBe('MEMBER_NOT_FOUND uid')
    expect(await refusalOf(directory.members.unsilence('g', 'cas'))).toBe('MEMBER_NOT_FOUND uid')
  })
})

describe('listing members and memberships', () => {
  it('goes page by page', async () => {
    await directory.members.add('g', 'cas', 'member')
    await directory.groups.add({ gid: 'f', owner: 'cas' })
    await directory.groups.add({ gid: 'h', owner: 'cas' })

    const members = await directory.members.list('g', { limit: 2 })
    const rest = await directory.members.list('g', { limit: 2, after: members.next })
    const groups = await directory.members.listOf('cas', { limit: 1, after: 'f' })

    expect(members.items.map(({ uid }) => uid)).toEqual(['ann', 'bob'])
    expect(rest.items.map(({ uid }) => uid)).toEqual(['cas'])
    expect(groups).toMatchObject({ items: [{ gid: 'g' }], next: 'g' })
  })

  it('refuses a user who is not there', async () => {
    expect(await refusalOf(directory.members.listOf('nobody'))).toBe('USER_NOT_FOUND uid')
  })
})

describe('a ban', () => {
  it('ends the membership', async () => {
    await directory.bans.add('g', 'bob')

    expect((await directory.members.list('g')).items).toMatchObject([{ uid: 'ann' }])
    expect((await directory.bans.list('g')).items).toEqual([
      { gid: 'g', uid: 'bob', createdAt: expect.any(Date) },
    ])
  })

  it('can be for who never was a member, and twice', async () => {
    await directory.bans.add('g', 'cas')
    const { items } = await directory.bans.list('g')

    await directory.bans.add('g', 'cas')

    expect((await directory.bans.list('g')).items).toEqual(items)
  })

  it('is refused for the only owner', async () => {
    expect(await refusalOf(directory.bans.add('g', 'ann'))).toBe('LAST_OWNER uid')
    expect((await directory.bans.list('g')).items).toEqual([])
  })

  it('can be taken back, which restores no membership', async () => {
    await directory.bans.add('g', 'bob')

    await directory.bans.remove('g', 'bob')

    expect((await directory.members.list('g')).items).toMatchObject([{ uid: 'ann' }])
    expect(await directory.members.add('g', 'bob', 'member')).toMatchObject({ uid: 'bob' })
    expect(await refusalOf(directory.bans.remove('g', 'bob'))).toBe('BAN_NOT_FOUND uid')
  })

  it.each([
    ['g', 'nobody', 'USER_NOT_FOUND uid'],
    ['h', 'cas', 'GROUP_NOT_FOUND gid'],
    ['g', '+', 'INVALID_IDENTIFIER uid'],
  ])('in %s for %s is refused', async (gid, uid, refusal) => {
    expect(await refusalOf(directory.bans.add(gid, uid))).toBe(refusal)
  })
})
