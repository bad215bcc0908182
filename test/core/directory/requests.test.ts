import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DirectoryWorld, openDirectoryWorld } from '../../support/directory-world.ts'
import { overlap } from '../../support/overlap.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann', 'bob')
  await world.directory.groups.add({ gid: 'g', owner: 'ann' })
})
afterAll(() => world.close())

/** Bob wants to join ann's group. */
async function aRequest(): Promise<string> {
  const { rows } = await world.pool.query(
    `insert into requests (kind, from_uid, group_id, created_at, asked_at, expires_at)
     values ('join-request', 'bob', 'g', now(), now(), now() + interval '1 day') returning id`,
  )
  return rows[0].id
}

async function count(table: 'requests' | 'announcements' | 'memberships'): Promise<number> {
  const { rows } = await world.pool.query(`select count(*)::int as count from ${table}`)
  return rows[0].count
}

describe('accepting a request', () => {
  it('does not let in who is just being banned', async () => {
    const id = await aRequest()

    const [, accepted] = await overlap(
      world,
      ({ bans }) => bans.add('g', 'bob'),
      ({ requests }) => requests.accept(id),
    )

    expect(accepted).toBe('MEMBER_BANNED uid')
    expect(await count('memberships')).toBe(1)
  })

  it('is not done when it is just being declined', async () => {
    const id = await aRequest()

    const [, accepted] = await overlap(
      world,
      ({ requests }) => requests.decline(id),
      ({ requests }) => requests.accept(id),
    )

    expect(accepted).toBe('REQUEST_DECIDED id')
    expect([await count('memberships'), await count('announcements')]).toEqual([1, 1])
  })

  it('comes too late for a user who is just being removed', async () => {
    const id = await aRequest()

    const [, accepted] = await overlap(
      world,
      ({ users }) => users.remove('bob'),
      ({ requests }) => requests.accept(id),
    )

    expect(accepted).toBe('REQUEST_NOT_FOUND id')
    expect([await count('requests'), await count('announcements')]).toEqual([0, 0])
  })

  it('lets in whoever has come in another way meanwhile', async () => {
    const id = await aRequest()
    await world.directory.members.add('g', 'bob', 'admin')

    await world.directory.requests.accept(id)

    const { items } = await world.directory.members.list('g')
    expect(items.map(({ uid, role }) => [uid, role])).toEqual([
      ['ann', 'owner'],
      ['bob', 'admin'],
    ])
  })
})

describe('a user who is removed', () => {
  it('leaves no request and nothing to be told of one', async () => {
    await world.directory.requests.decline(await aRequest())
    const before = await count('announcements')

    await world.directory.users.remove('bob')

    expect(before).toBe(1)
    expect([await count('requests'), await count('announcements')]).toEqual([0, 0])
  })
})
