import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'
import { jsonOn, runOn, timeless } from './directory-doors.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann', 'bob', 'cas')
})
afterAll(() => world.close())

describe('herald group add', () => {
  it('takes several members', async () => {
    const line = 'group add g --owner ann --member bob cas --name Friends --invites admins'

    const { out } = await runOn(world, line)

    expect(out).toBe('added group g with 3 members\n')
    expect(await world.directory.groups.show('g')).toMatchObject({
      displayName: 'Friends',
      invitePolicy: 'admins',
    })
  })

  it('takes them one by one as well', async () => {
    const { out } = await runOn(world, 'group add g --owner ann --member bob --member cas')

    expect(out).toBe('added group g with 3 members\n')
  })

  it('needs an owner', async () => {
    const { code, err } = await runOn(world, 'group add g')

    expect(code).toBe(1)
    expect(err).toContain("required option '--owner <uid>' not specified")
  })
})

describe('herald group list, members, memberships', () => {
  it('prints tables', async () => {
    await runOn(world, 'group add g --owner ann --member bob')
    await runOn(world, 'group silence g bob --for 10m')

    const groups = await runOn(world, 'group list')
    const members = await runOn(world, 'group members g')
    const memberships = await runOn(world, 'group memberships ann')

    expect(timeless(groups.out)).toBe(`GID  NAME  MEMBERS  INVITED BY  CREATED
g    -     2        members     TIME
`)
    expect(timeless(members.out)).toBe(`UID  ROLE    SILENCED UNTIL            JOINED
ann  owner   -                         TIME
bob  member  TIME  TIME
`)
    expect(timeless(memberships.out)).toBe(`GID  ROLE   SILENCED UNTIL  JOINED
g    owner  -               TIME
`)
  })
})

describe('herald group join, role, leave', () => {
  it('changes the membership', async () => {
    await runOn(world, 'group add g --owner ann')

    const lines = [
      'group join g bob',
      'group join g cas --role admin',
      'group role g bob owner',
      'group leave g ann',
    ]
    const printed: string[] = []
    for (const line of lines) printed.push((await runOn(world, line)).out)

    expect(printed).toEqual([
      'bob is member of g\n',
      'cas is admin of g\n',
      'bob is owner of g\n',
      'ann is no longer a member of g\n',
    ])
    expect(await jsonOn(world, 'group members g')).toMatchObject([
      { uid: 'bob', role: 'owner' },
      { uid: 'cas', role: 'admin' },
    ])
  })

  it('tells the last owner what to do instead of leaving', async () => {
    await runOn(world, 'group add g --owner ann')

    const { code, err } = await runOn(world, 'group leave g ann')

    expect(code).toBe(1)
    expect(err).toContain('make another member owner first, or remove the group (LAST_OWNER)')
  })

  it('knows the roles that there are', async () => {
    const { code, err } = await runOn(world, 'group join g bob --role king')

    expect(code).toBe(1)
    expect(err).toContain('Allowed choices are owner, admin, member')
  })
})

describe('herald group silence, unsilence', () => {
  it('lasts as long as it is told to', async () => {
    await runOn(world, 'group add g --owner ann --member bob')
    const before = Date.now()

    const { out } = await runOn(world, 'group silence g bob --for 10m')

    expect(out).toMatch(/^bob is silenced in g until \d{4}-/)
    const { items } = await world.directory.members.list('g', { after: 'ann' })
    const lasts = (items[0]?.silencedUntil?.getTime() ?? 0) - before
    expect(lasts).toBeGreaterThanOrEqual(600_000)
    expect(lasts).toBeLessThan(660_000)
  })

  it('can be ended', async () => {
    await runOn(world, 'group add g --owner ann --member bob')
    await runOn(world, 'group silence g bob --for 10m')

    expect((await runOn(world, 'group unsilence g bob')).out).toBe('bob may write to g\n')
    expect(await jsonOn(world, 'group members g')).toMatchObject([
      { uid: 'ann' },
      { uid: 'bob', joinedAt: expect.any(String) },
    ])
  })
})

describe('herald group ban, unban, bans', () => {
  it('ends the membership and keeps out', async () => {
    await runOn(world, 'group add g --owner ann --member bob')

    expect((await runOn(world, 'group ban g bob')).out).toBe('bob is banned from g\n')
    expect(await jsonOn(world, 'group bans g')).toMatchObject([{ gid: 'g', uid: 'bob' }])
    expect((await runOn(world, 'group join g bob')).err).toContain('(MEMBER_BANNED)')
    expect((await runOn(world, 'group unban g bob')).out).toBe('bob is no longer banned from g\n')
    expect((await runOn(world, 'group join g bob')).code).toBe(0)
  })
})

describe('herald group invites, remove', () => {
  it('changes who may invite', async () => {
    await runOn(world, 'group add g --owner ann')

    const { out } = await runOn(world, 'group invites g admins')

    expect(out).toBe('admins of g may invite\n')
    expect(await world.directory.groups.show('g')).toMatchObject({ invitePolicy: 'admins' })
  })

  it('removes the group', async () => {
    await runOn(world, 'group add g --owner ann')

    expect((await runOn(world, 'group remove g')).out).toBe('removed group g\n')
    expect(await jsonOn(world, 'group list')).toEqual([])
  })
})
