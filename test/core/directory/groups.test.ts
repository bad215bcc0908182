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
})
afterAll(() => world.close())

describe('adding a group', () => {
  it('makes the owner and the members at once', async () => {
    const added = await directory.groups.add({
      gid: 'g',
      displayName: 'Friends',
      owner: 'ann',
      members: ['bob', 'cas', 'bob', 'ann'],
      invitePolicy: 'admins',
    })

    expect(added).toEqual({
      gid: 'g',
      displayName: 'Friends',
      invitePolicy: 'admins',
      memberCount: 3,
      createdAt: expect.any(Date),
    })
    expect(await directory.groups.show('g')).toEqual(added)
    expect((await directory.members.list('g')).items).toMatchObject([
      { gid: 'g', uid: 'ann', role: 'owner', silencedUntil: undefined },
      { gid: 'g', uid: 'bob', role: 'member' },
      { gid: 'g', uid: 'cas', role: 'member' },
    ])
  })

  it('lets members invite where nothing else is said', async () => {
    const added = await directory.groups.add({ gid: 'g', owner: 'ann' })

    expect(added).toMatchObject({ invitePolicy: 'members', memberCount: 1 })
  })

  it.each([
    [{ gid: 'g', owner: 'nobody' }, 'USER_NOT_FOUND owner'],
    [{ gid: 'g', owner: 'ann', members: ['bob', 'nobody'] }, 'USER_NOT_FOUND members'],
    [{ gid: '+', owner: 'ann' }, 'INVALID_IDENTIFIER gid'],
    [{ gid: 'g', owner: '' }, 'INVALID_IDENTIFIER owner'],
    [{ gid: 'g', owner: 'ann', members: ['#'] }, 'INVALID_IDENTIFIER members'],
    [{ gid: 'g', owner: 'ann', displayName: '\u0007' }, 'INVALID_TEXT displayName'],
  ])('refuses %j and leaves nothing behind', async (group, refusal) => {
    expect(await refusalOf(directory.groups.add(group))).toBe(refusal)
    expect(await directory.groups.list()).toEqual({ items: [], next: undefined })
  })

  it('refuses a gid that is taken', async () => {
    await directory.groups.add({ gid: 'g', owner: 'ann' })

    const refusal = await refusalOf(directory.groups.add({ gid: 'g', owner: 'bob' }))

    expect(refusal).toBe('GROUP_EXISTS gid')
    expect((await directory.members.list('g')).items).toMatchObject([{ uid: 'ann' }])
  })
})

describe('listing groups', () => {
  it('goes page by page, in the order of the gids', async () => {
    for (const gid of ['b', 'c', 'a']) await directory.groups.add({ gid, owner: 'ann' })

    const first = await directory.groups.list({ limit: 2 })
    const second = await directory.groups.list({ limit: 2, after: first.next })

    expect(first.items.map(({ gid }) => gid)).toEqual(['a', 'b'])
    expect(second.items.map(({ gid }) => gid)).toEqual(['c'])
  })
})

describe('removing a group', () => {
  it('takes members, bans and rules along', async () => {
    await directory.groups.add({ gid: 'g', owner: 'ann', members: ['bob'] })
    await directory.bans.add('g', 'cas')
    const scope = { kind: 'group', gid: 'g' } as const
    await directory.rules.add({ effect: 'deny', action: 'publish', filter: 'iot/+', scope })

    await directory.groups.remove('g')

    expect(await refusalOf(directory.groups.show('g'))).toBe('GROUP_NOT_FOUND gid')
    expect(await refusalOf(directory.members.list('g'))).toBe('GROUP_NOT_FOUND gid')
    expect(await refusalOf(directory.bans.list('g'))).toBe('GROUP_NOT_FOUND gid')
    expect(await directory.members.listOf('bob')).toMatchObject({ items: [] })
    expect(await directory.rules.list()).toMatchObject({ items: [] })
  })

  it('refuses a group that is not there', async () => {
    expect(await refusalOf(directory.groups.remove('g'))).toBe('GROUP_NOT_FOUND gid')
  })
})

describe('the invite policy', () => {
  it('can be changed', async () => {
    await directory.groups.add({ gid: 'g', owner: 'ann' })

    const changed = await directory.groups.setInvitePolicy('g', 'admins')

    expect(changed.invitePolicy).toBe('admins')
    const refusal = await refusalOf(directory.groups.setInvitePolicy('h', 'admins'))
    expect(refusal).toBe('GROUP_NOT_FOUND gid')
  })
})
