import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Directory } from '../../../src/core/directory/directory.ts'
import {
  type DirectoryWorld,
  openDirectoryWorld,
  refusalOf,
} from '../../support/directory-world.ts'
import { overlap } from '../../support/overlap.ts'
import { sized } from '../../support/size.ts'

let world: DirectoryWorld
let directory: Directory

beforeAll(async () => {
  world = await openDirectoryWorld()
  directory = world.directory
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann', 'bob', 'cas')
  await directory.groups.add({ gid: 'g', owner: 'ann' })
})
afterAll(() => world.close())

describe('two at once', () => {
  it('do not both get a uid', async () => {
    const add = ({ users }: Directory) => users.add({ uid: 'dan' })

    const [, second] = await overlap(world, add, add)

    expect(second).toBe('USER_EXISTS uid')
  })

  it('do not both get a client id', async () => {
    const addFor = (uid: string) => (to: Directory) => to.devices.add({ uid, clientId: 'phone' })

    const [, second] = await overlap(world, addFor('ann'), addFor('bob'))

    expect(second).toBe('DEVICE_EXISTS clientId')
    expect((await directory.devices.show('phone')).uid).toBe('ann')
  })

  it('do not both get a gid', async () => {
    const addFor = (owner: string) => (to: Directory) => to.groups.add({ gid: 'h', owner })

    const [, second] = await overlap(world, addFor('ann'), addFor('bob'))

    expect(second).toBe('GROUP_EXISTS gid')
    expect((await directory.members.list('h')).items).toMatchObject([{ uid: 'ann' }])
  })

  it('do not both join with a role', async () => {
    const joinAs = (role: 'admin' | 'member') => (to: Directory) => to.members.add('g', 'bob', role)

    const [, second] = await overlap(world, joinAs('admin'), joinAs('member'))

    expect(second).toBe('MEMBER_EXISTS uid')
    expect(await rolesIn('g')).toEqual({ ann: 'owner', bob: 'admin' })
  })

  it('owners do not both leave', async () => {
    await directory.members.add('g', 'bob', 'owner')

    const [, second] = await overlap(
      world,
      ({ members }) => members.remove('g', 'ann'),
      ({ members }) => members.setRole('g', 'bob', 'member'),
    )

    expect(second).toBe('LAST_OWNER uid')
    expect(await rolesIn('g')).toEqual({ bob: 'owner' })
  })

  it('secrets do not both become the fifth', async () => {
    await directory.devices.add({ uid: 'ann', clientId: 'phone' })
    for (let made = 1; made < 4; made++) await directory.devices.addSecret('phone')
    const addSecret = ({ devices }: Directory) => devices.addSecret('phone')

    const [, second] = await overlap(world, addSecret, addSecret)

    expect(second).toBe('TOO_MANY_SECRETS clientId')
  })

  it('can add the same contacts the other way round', async () => {
    const [first, second] = await overlap(
      world,
      ({ contacts }) => contacts.add('ann', 'bob', 'both-ways'),
      ({ contacts }) => contacts.add('bob', 'ann', 'both-ways'),
    )

    expect(first).toMatchObject({ answered: { uid: 'ann', contactUid: 'bob' } })
    expect(second).toMatchObject({ answered: { uid: 'bob', contactUid: 'ann' } })
  })
})

describe('a ban', () => {
  it('that comes while the user joins ends the membership', async () => {
    const [, banned] = await overlap(
      world,
      ({ members }) => members.add('g', 'bob', 'member'),
      ({ bans }) => bans.add('g', 'bob'),
    )

    expect(banned).toMatchObject({ answered: { gid: 'g', uid: 'bob' } })
    expect(await rolesIn('g')).toEqual({ ann: 'owner' })
  })

  it('that is under way refuses who joins', async () => {
    const [, joined] = await overlap(
      world,
      ({ bans }) => bans.add('g', 'bob'),
      ({ members }) => members.add('g', 'bob', 'member'),
    )

    expect(joined).toBe('MEMBER_BANNED uid')
    expect(await rolesIn('g')).toEqual({ ann: 'owner' })
  })
})

describe('removing a user', () => {
  it('refuses a group that is just adding them', async () => {
    const [, joined] = await overlap(
      world,
      ({ users }) => users.remove('bob'),
      ({ members }) => members.add('g', 'bob', 'owner'),
    )

    expect(joined).toBe('USER_NOT_FOUND uid')
    expect(await rolesIn('g')).toEqual({ ann: 'owner' })
  })

  it('waits for a group that is just adding them', async () => {
    const [, removed] = await overlap(
      world,
      ({ groups }) => groups.add({ gid: 'h', owner: 'bob', members: ['cas'] }),
      ({ users }) => users.remove('bob'),
    )

    expect(removed).toEqual({ answered: undefined })
    expect(await rolesIn('h')).toEqual({ cas: 'owner' })
  })

  it('leaves no group without an owner where the other owner is leaving', async () => {
    await directory.members.add('g', 'bob', 'owner')
    await directory.members.add('g', 'cas', 'member')

    await overlap(
      world,
      ({ members }) => members.remove('g', 'ann'),
      ({ users }) => users.remove('bob'),
    )

    expect(await rolesIn('g')).toEqual({ cas: 'owner' })
  })

  it('leaves the uid taken for who adds it meanwhile', async () => {
    const [, added] = await overlap(
      world,
      ({ users }) => users.remove('bob'),
      ({ users }) => users.add({ uid: 'bob' }),
    )

    expect(added).toBe('USER_DELETED uid')
    expect(await refusalOf(directory.users.show('bob'))).toBe('USER_NOT_FOUND uid')
  })

  it.each([
    ['a device', ({ devices }: Directory) => devices.add({ uid: 'bob', clientId: 'p' }), 'uid'],
    ['a password', ({ users }: Directory) => users.setPassword('bob', 'long enough'), 'uid'],
    ['a contact', ({ contacts }: Directory) => contacts.add('ann', 'bob', 'one-way'), 'contactUid'],
    ['a block', ({ contacts }: Directory) => contacts.block('ann', 'bob'), 'blockedUid'],
    ['a ban', ({ bans }: Directory) => bans.add('g', 'bob'), 'uid'],
    ['a rule', ({ rules }: Directory) => rules.add(aRuleFor('bob')), 'uid'],
  ] as const)('refuses %s that comes meanwhile', async (_, add, field) => {
    const [removed, added] = await overlap(world, ({ users }) => users.remove('bob'), add)

    expect(removed).toEqual({ answered: undefined })
    expect(added).toBe(`USER_NOT_FOUND ${field}`)
  })
})

describe('removing a group', () => {
  it.each([
    ['a member', ({ members }: Directory) => members.add('g', 'bob', 'member')],
    ['a ban', ({ bans }: Directory) => bans.add('g', 'bob')],
    ['a role', ({ members }: Directory) => members.setRole('g', 'ann', 'owner')],
    ['a rule', ({ rules }: Directory) => rules.add(aRuleForGroup('g'))],
  ])('refuses %s that comes meanwhile', async (_, add) => {
    const [removed, added] = await overlap(world, ({ groups }) => groups.remove('g'), add)

    expect(removed).toEqual({ answered: undefined })
    expect(added).toBe('GROUP_NOT_FOUND gid')
  })
})

describe('a crowd', () => {
  it('of admins leaves the directory in order, and sees no error of the database', async () => {
    for (let round = 0; round < sized(5, 100); round++) {
      await world.clear()
      await world.addUsers(...CROWD)
      for (const gid of GROUPS) await directory.groups.add({ gid, owner: 'u0', members: CROWD })

      // `refusalOf` lets nothing through that is not an answer of the directory.
      await Promise.all(CROWD.flatMap((uid, at) => crowdWork(uid, at).map(refusalOf)))

      expect(await disorder()).toEqual([])
    }
  })
})

const CROWD = ['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7']
const GROUPS = ['a', 'b', 'c']

function crowdWork(uid: string, at: number): Promise<unknown>[] {
  const { users, members, bans, contacts, rules } = directory
  const other = CROWD[(at + 1) % CROWD.length] ?? uid
  const gid = GROUPS[at % GROUPS.length] ?? 'a'
  return [
    contacts.add(uid, other, 'both-ways'),
    rules.add(aRuleFor(uid)),
    members.setRole(gid, uid, 'owner'),
    members.remove(gid, other),
    bans.add(gid, other),
    users.remove(uid),
    members.add(gid, other, 'admin'),
    users.add({ uid }),
  ]
}

/** Groups with nobody to own them, members who are banned, users who were removed. */
async function disorder(): Promise<unknown[]> {
  const { rows } = await world.pool.query(`
    select 'without owner' as fault, id from groups g where not exists
      (select from memberships m where m.group_id = g.id and m.role = 'owner')
    union all select 'banned', user_id from memberships join group_bans using (group_id, user_id)
    union all select 'removed', id from users join deleted_users using (id)`)
  return rows
}

function aRuleFor(uid: string) {
  const scope = { kind: 'user', uid } as const
  return { effect: 'allow', action: 'all', filter: 'iot/#', scope } as const
}

function aRuleForGroup(gid: string) {
  const scope = { kind: 'group', gid } as const
  return { effect: 'allow', action: 'all', filter: 'iot/#', scope } as const
}

async function rolesIn(gid: string): Promise<Record<string, string>> {
  const { items } = await directory.members.list(gid)
  return Object.fromEntries(items.map(({ uid, role }) => [uid, role]))
}
