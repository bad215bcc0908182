import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'
import { jsonOn, runOn, timeless } from './directory-doors.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
  await world.addUsers('ann', 'bob')
  await world.directory.groups.add({ gid: 'hikers', owner: 'bob' })
  await world.pool.query(
    `insert into requests (kind, from_uid, to_uid, group_id, created_at, asked_at, expires_at)
     select kind, 'ann', uid, gid, now(), now(), now() + interval '1 day'
     from (values ('friend-request', 'bob', null), ('join-request', null, 'hikers')) r (kind, uid, gid)`,
  )
})
afterAll(() => world.close())

describe('herald request list, accept, decline', () => {
  it('shows what is asked for, gives it or refuses it', async () => {
    const listed = await runOn(world, 'request list --from ann --state open')
    const accepted = await runOn(world, 'request accept 1')
    const declined = await runOn(world, 'request decline 2')

    expect(timeless(listed.out)).toBe(`ID  KIND            FROM  TO   GROUP   STATE  ASKED
2   join-request    ann   -    hikers  open   TIME
1   friend-request  ann   bob  -       open   TIME
`)
    expect(accepted.out).toBe('accepted the friend-request of ann\n')
    expect(declined.out).toBe('declined the join-request of ann\n')
    expect(await jsonOn(world, 'contact list bob')).toMatchObject([{ contactUid: 'ann' }])
    expect(await jsonOn(world, 'request list --group hikers')).toMatchObject([
      { state: 'declined' },
    ])
    expect((await runOn(world, 'request accept 2')).err).toContain('(REQUEST_DECIDED)')
    expect((await runOn(world, 'request accept x')).err).toContain('(REQUEST_NOT_FOUND)')
  })
})
