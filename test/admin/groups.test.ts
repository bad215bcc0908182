import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import { manyWait } from '../support/locks.ts'

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld()
  for (const uid of ['ann', 'bob', 'cleo', 'dora']) await world.directory.users.add({ uid })
})

afterAll(() => world.close())

/** A group of ann's, whose members are the others. */
async function aGroup(gid: string, ...members: readonly string[]): Promise<void> {
  await world.directory.groups.add({ gid, owner: 'ann', members })
}

async function uidsOf(path: string): Promise<readonly string[]> {
  const { body } = await world.call(`GET ${path}`)
  return body.items.map(({ uid }: { uid: string }) => uid)
}

describe('groups', () => {
  it('are made, read, changed and dissolved', async () => {
    const made = await world.call('POST /v1/groups', {
      gid: 'hikers',
      owner: 'ann',
      displayName: 'Hikers',
      members: ['bob', 'bob', 'ann'],
    })
    const read = await world.call('GET /v1/groups/hikers')
    const patched = await world.call(
      'PATCH /v1/groups/hikers',
      { displayName: null, invitePolicy: 'admins' },
      { headers: { 'if-match': String(read.headers.etag) } },
    )
    const stale = await world.call(
      'PATCH /v1/groups/hikers',
      { displayName: 'Hikers again' },
      { headers: { 'if-match': String(read.headers.etag) } },
    )
    const dissolved = await world.call('DELETE /v1/groups/hikers')

    expect(made.status).toBe(201)
    expect(read.body).toEqual(made.body)
    expect(read.body).toMatchObject({ invitePolicy: 'members', memberCount: 2 })
    expect(patched.body).toMatchObject({ displayName: null, invitePolicy: 'admins' })
    expect(stale.status).toBe(412)
    expect(dissolved.status).toBe(204)
    expect((await world.call('GET /v1/groups/hikers')).body.code).toBe('GROUP_NOT_FOUND')
  })

  it('are changed by one of two who have seen the same', async () => {
    await aGroup('seen')
    const { headers } = await world.call('GET /v1/groups/seen')
    const patch = (displayName: string) =>
      world.call(
        'PATCH /v1/groups/seen',
        { displayName },
        { headers: { 'if-match': String(headers.etag) } },
      )

    // Held up together, so that each of them has begun before another ends.
    const client = await world.pool.connect()
    await client.query('begin')
    await client.query(`select from groups where id = 'seen' for update`)

    const answers = Promise.all(['One', 'Two'].map(patch))
    await manyWait(world.pool, 2)
    await client.query('commit')
    client.release()

    expect((await answers).map(({ status }) => status).sort()).toEqual([200, 412])
  })

  it('are listed, all of them and those of a user', async () => {
    await aGroup('list-1', 'bob')
    await aGroup('list-2')
    await aGroup('list-3', 'bob')

    const all = await world.call('GET /v1/groups?after=list-&limit=2')
    const ofBob = await world.call('GET /v1/users/bob/groups?after=list-')

    expect(all.body).toMatchObject({
      items: [{ gid: 'list-1' }, { gid: 'list-2' }],
      next: 'list-2',
    })
    expect(ofBob.body.items.map(({ gid }: { gid: string }) => gid)).toEqual(['list-1', 'list-3'])
    expect((await world.call('GET /v1/users/nobody/groups')).body.code).toBe('USER_NOT_FOUND')
  })
})

describe('members', () => {
  it('join, are given a role, are silenced, and leave', async () => {
    await aGroup('m')
    const until = '2100-01-01T00:00:00.000Z'

    const joined = await world.call('POST /v1/groups/m/members', { uid: 'bob' })
    const again = await world.call('POST /v1/groups/m/members', { uid: 'bob' })
    const patched = await world.call('PATCH /v1/groups/m/members/bob', {
      role: 'admin',
      silencedUntil: until,
    })
    const read = await world.call('GET /v1/groups/m/members/bob')
    const heard = await world.call('PATCH /v1/groups/m/members/bob', { silencedUntil: null })
    const left = await world.call('DELETE /v1/groups/m/members/bob')

    expect(joined.body).toMatchObject({ gid: 'm', uid: 'bob', role: 'member', silencedUntil: null })
    expect(again.body.code).toBe('MEMBER_EXISTS')
    expect(read.body).toEqual(patched.body)
    expect(read.body).toMatchObject({ role: 'admin', silencedUntil: until })
    expect(read.headers.etag).toBe(patched.headers.etag)
    expect(heard.body).toMatchObject({ role: 'admin', silencedUntil: null })
    expect(left.status).toBe(204)
    expect(await uidsOf('/v1/groups/m/members')).toEqual(['ann'])
  })

  it.each([
    ['a time that is over', { silencedUntil: '2020-01-01T00:00:00Z' }, 'INVALID_TIME'],
    ['no time', { silencedUntil: 'tomorrow' }, 'INVALID_REQUEST'],
    ['a role that there is not', { role: 'king' }, 'INVALID_REQUEST'],
    ['the last owner', { role: 'member' }, 'LAST_OWNER'],
  ])('are refused %s', async (_, body, code) => {
    await aGroup(`refused-${code}-${Object.keys(body)[0]}`)

    const url = `/v1/groups/refused-${code}-${Object.keys(body)[0]}/members/ann`
    expect((await world.call(`PATCH ${url}`, body)).body.code).toBe(code)
  })

  it('are changed by one of two who have seen the same', async () => {
    await aGroup('seen-member', 'bob')
    const url = '/v1/groups/seen-member/members/bob'
    const { headers } = await world.call(`GET ${url}`)
    const patch = (role: string) =>
      world.call(`PATCH ${url}`, { role }, { headers: { 'if-match': String(headers.etag) } })

    const answers = await Promise.all(['admin', 'owner', 'admin'].map(patch))

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])
  })

  it('keep what two patches at once have changed', async () => {
    await aGroup('race', 'bob')

    await Promise.all([
      world.call('PATCH /v1/groups/race/members/bob', { role: 'admin' }),
      world.call('PATCH /v1/groups/race/members/bob', { silencedUntil: '2100-01-01T00:00:00Z' }),
    ])

    const { body } = await world.call('GET /v1/groups/race/members/bob')
    expect(body).toMatchObject({ role: 'admin', silencedUntil: '2100-01-01T00:00:00.000Z' })
  })
})

describe('bans', () => {
  it('end a membership and keep it from coming back until they are lifted', async () => {
    await aGroup('b', 'bob')

    const banned = await world.call('PUT /v1/groups/b/bans/bob')
    const again = await world.call('PUT /v1/groups/b/bans/bob')

    expect(banned.body).toMatchObject({ gid: 'b', uid: 'bob' })
    expect(again.body).toEqual(banned.body)
    expect(await uidsOf('/v1/groups/b/members')).toEqual(['ann'])
    expect(await uidsOf('/v1/groups/b/bans')).toEqual(['bob'])
    const refused = await world.call('POST /v1/groups/b/members', { uid: 'bob' })
    expect(refused.body.code).toBe('MEMBER_BANNED')
    expect((await world.call('DELETE /v1/groups/b/bans/bob')).status).toBe(204)
    expect((await world.call('POST /v1/groups/b/members', { uid: 'bob' })).status).toBe(201)
    expect((await world.call('DELETE /v1/groups/b/bans/bob')).body.code).toBe('BAN_NOT_FOUND')
  })
})
