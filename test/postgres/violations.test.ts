import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Stores } from '../../src/core/ports/unit-of-work.ts'
import { type DirectoryWorld, openDirectoryWorld, refusalOf } from '../support/directory-world.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann')
  await world.directory.groups.add({ gid: 'g', owner: 'ann' })
  await world.directory.devices.add({ uid: 'ann', clientId: 'phone' })
})
afterAll(() => world.close())

const DEVICE = { clientId: 'laptop', app: undefined, platform: undefined }
const RULE = { effect: 'allow', action: 'all', filter: 'a' } as const

const REFERENCES: readonly [string, (stores: Stores) => Promise<unknown>, string][] = [
  ['a device', ({ devices }) => devices.insert({ ...DEVICE, uid: 'x' }), 'USER_NOT_FOUND uid'],
  ['a secret', (stores) => stores.deviceSecrets.insert('x', DIGEST), 'DEVICE_NOT_FOUND clientId'],
  ['a password', ({ passwords }) => passwords.set('x', 'hash'), 'USER_NOT_FOUND uid'],
  ['a member', ({ memberships }) => memberships.insert('g', [asMember('x')]), 'USER_NOT_FOUND uid'],
  [
    'one of several members',
    ({ memberships }) => memberships.insert('g', [asMember('ann'), asMember('x')]),
    'USER_NOT_FOUND members',
  ],
  [
    "a membership's group",
    ({ memberships }) => memberships.insert('x', [asMember('ann')]),
    'GROUP_NOT_FOUND gid',
  ],
  ['a banned user', ({ bans }) => bans.insert('g', 'x'), 'USER_NOT_FOUND uid'],
  ["a ban's group", ({ bans }) => bans.insert('x', 'ann'), 'GROUP_NOT_FOUND gid'],
  [
    'a contact',
    ({ contacts }) => contacts.insert([{ uid: 'ann', contactUid: 'x' }]),
    'USER_NOT_FOUND contactUid',
  ],
  [
    'whose contact it is',
    ({ contacts }) => contacts.insert([{ uid: 'x', contactUid: 'ann' }]),
    'USER_NOT_FOUND contactUid',
  ],
  ['a blocked user', ({ blocks }) => blocks.insert('ann', 'x'), 'USER_NOT_FOUND blockedUid'],
  ['who blocks', ({ blocks }) => blocks.insert('x', 'ann'), 'USER_NOT_FOUND uid'],
  [
    "a rule's user",
    ({ rules }) => rules.insert({ ...RULE, scope: { kind: 'user', uid: 'x' } }),
    'USER_NOT_FOUND uid',
  ],
  [
    "a rule's group",
    ({ rules }) => rules.insert({ ...RULE, scope: { kind: 'group', gid: 'x' } }),
    'GROUP_NOT_FOUND gid',
  ],
]

const DIGEST = 'd'.repeat(43)

function asMember(uid: string) {
  return { uid, role: 'member' } as const
}

describe('a reference to what is not there', () => {
  it.each(REFERENCES)('is refused by name: %s', async (_, insert, refusal) => {
    expect(await refusalOf(world.unitOfWork.run(insert))).toBe(refusal)
  })
})

describe('what is there already', () => {
  it('is left alone, and the answer says so', async () => {
    const before = await world.directory.members.list('g')

    const answers = await world.unitOfWork.run(async (stores) => [
      await stores.users.insert({ uid: 'ann', displayName: 'other', contactPolicy: undefined }),
      await stores.devices.insert({ ...DEVICE, clientId: 'phone', uid: 'ann' }),
      await stores.groups.insert({ gid: 'g', displayName: 'other', invitePolicy: 'admins' }),
      await stores.memberships.insert('g', [asMember('ann')]),
    ])

    expect(answers).toEqual([false, false, false, 0])
    expect(await world.directory.members.list('g')).toEqual(before)
    expect(await world.directory.groups.show('g')).toMatchObject({ displayName: undefined })
  })
})
