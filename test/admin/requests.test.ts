import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openRequestWorld, type RequestWorld } from '../support/request-world.ts'

let world: RequestWorld

beforeAll(async () => {
  world = await openRequestWorld()
})

beforeEach(async () => {
  await world.pool.query('delete from users')
  await world.pool.query('delete from groups')
  for (const uid of ['ann', 'bob', 'cleo', 'dora']) await world.directory.users.add({ uid })
  await world.directory.groups.add({ gid: 'hikers', owner: 'cleo', members: ['dora'] })
})

afterAll(() => world.close())

async function found(query: string, key = world.keys.admin): Promise<readonly unknown[]> {
  return (await world.call(`GET /v1/requests?${query}`, undefined, { key })).body.items
}

async function decide(verb: 'accept' | 'decline', query: string) {
  return world.call(`POST /v1/requests/${await world.newest(query)}:${verb}`)
}

async function contactsOf(uid: string): Promise<readonly string[]> {
  const { items } = await world.directory.contacts.list(uid)
  return items.map(({ contactUid }) => contactUid)
}

async function groupsOf(uid: string): Promise<readonly string[]> {
  return (await world.directory.members.listOf(uid)).items.map(({ gid }) => gid)
}

describe('a request', () => {
  it('that passes over MQTT can be read, with what it says', async () => {
    await world.publish('user/bob/application/ann', '{"body": "It is me, Ann"}')
    await world.publish('group/hikers/application/ann')
    await world.publish('group/hikers/invitation/bob/from/dora')

    const all = await found('state=open')
    const id = await world.newest('to=bob&from=ann')

    expect(all).toMatchObject([
      { kind: 'invitation', from: 'dora', to: 'bob', group: 'hikers', said: null },
      { kind: 'join-request', from: 'ann', to: null, group: 'hikers' },
      { kind: 'friend-request', from: 'ann', to: 'bob', group: null, said: 'It is me, Ann' },
    ])
    expect((await world.call(`GET /v1/requests/${id}`)).body).toEqual(all[2])
    expect(await found('group=hikers&from=ann')).toEqual([all[1]])
    expect(await found('from=ann&state=accepted')).toEqual([])
    expect(await found(`limit=1&after=${all.length === 3 ? id : ''}`)).toEqual([])
  })

  it('shows no words to support', async () => {
    await world.publish('user/bob/application/ann', 'It is me, Ann')

    expect(await found('to=bob', world.keys.support)).toMatchObject([{ said: null }])
    expect(await found('to=bob', world.keys.operator)).toMatchObject([{ said: 'It is me, Ann' }])
  })

  it('that is repeated while it is open is the same, with new words and all of its time', async () => {
    await world.publish('user/bob/application/ann', 'Hello')
    const long = new Date('2026-01-01T00:00:00Z')
    await world.pool.query('update requests set created_at = $1, asked_at = $1', [long])
    await world.pool.query(`update requests set expires_at = now() + interval '1 minute'`)

    await world.publish('user/bob/application/ann', 'Hello?')

    const { body } = await world.call('GET /v1/requests?to=bob')
    expect(body.items).toMatchObject([{ said: 'Hello?', createdAt: long.toISOString() }])
    const [{ askedAt, expiresAt }] = body.items
    expect(Date.parse(askedAt)).toBeGreaterThan(long.getTime())
    expect(Date.parse(expiresAt) - Date.parse(askedAt)).toBe(30 * 86_400_000)
  })

  it('that is declined may be made again, but not by a broker that repeats its report', async () => {
    const id = 'f'.repeat(32)
    await world.publish('user/bob/application/ann', 'Hello', id)
    const declined = await decide('decline', 'to=bob')
    await world.publish('user/bob/application/ann', 'Hello', id)
    const repeated = await found('to=bob')
    await world.publish('user/bob/application/ann', 'Hello again')

    expect(declined.body).toMatchObject({ state: 'declined', decidedAt: expect.any(String) })
    expect(repeated).toHaveLength(1)
    expect(await found('to=bob&state=open')).toMatchObject([{ said: 'Hello again' }])
    expect(await contactsOf('bob')).toEqual([])
  })

  it.each([
    ['user/ann/application/ann', 'oneself'],
    ['user/nobody/application/ann', 'a user who is not there'],
    ['user/cleo/application/bob', 'who blocks its sender'],
    ['group/hikers/application/dora', 'a group whose member its sender is'],
    ['group/hikers/application/bob', 'a group that its sender is banned from'],
    ['group/hikers/invitation/bob/from/dora', 'who is banned'],
    ['group/nothing/application/ann', 'a group that is not there'],
    ['user/bob/inbox/ann', 'nothing, being a message'],
  ])('is none: %s, to %s', async (topic) => {
    await world.directory.contacts.block('cleo', 'bob')
    await world.directory.bans.add('hikers', 'bob')

    await world.publish(topic)

    expect(await found('state=open')).toEqual([])
  })

  it.each(['GET /v1/requests/4711', 'POST /v1/requests/4711:accept'])(
    'that is not there is not found: %s',
    async (target) => {
      expect(await world.call(target)).toMatchObject({
        status: 404,
        body: { code: 'REQUEST_NOT_FOUND' },
      })
    },
  )
})

describe('accepting', () => {
  it('a friend request makes contacts both ways and tells who asked', async () => {
    await world.publish('user/bob/application/ann')

    const { status, body } = await decide('accept', 'to=bob')

    expect(status).toBe(200)
    expect([await contactsOf('ann'), await contactsOf('bob')]).toEqual([['bob'], ['ann']])
    expect(await world.told()).toEqual([
      {
        topic: `user/ann/request/${body.id}`,
        payload: {
          id: body.id,
          kind: 'friend-request',
          from: 'ann',
          to: 'bob',
          state: 'accepted',
          decidedAt: body.decidedAt,
        },
      },
    ])
  })

  it('accepts what asks for the same, and tells all who asked', async () => {
    await world.publish('group/hikers/application/ann')
    await world.publish('group/hikers/invitation/ann/from/dora')
    await world.publish('group/hikers/invitation/ann/from/cleo')
    await world.publish('group/hikers/application/bob')

    await decide('accept', 'from=ann')

    expect(await groupsOf('ann')).toEqual(['hikers'])
    expect(await found('state=open')).toMatchObject([{ from: 'bob' }])
    const topics = (await world.told()).map(({ topic }) => topic.replace(/\d+$/, ''))
    expect(topics.sort()).toEqual(['user/ann/request/', 'user/cleo/request/', 'user/dora/request/'])
  })

  it('a friend request accepts the one that came the other way', async () => {
    await world.publish('user/bob/application/ann')
    await world.publish('user/ann/application/bob')

    await decide('accept', 'to=ann')

    expect(await found('state=open')).toEqual([])
  })

  it('is done once, however many do it at once', async () => {
    await world.publish('user/bob/application/ann')
    const id = await world.newest('to=bob')

    const answers = await Promise.all(
      ['accept', 'decline', 'accept'].map((verb) => world.call(`POST /v1/requests/${id}:${verb}`)),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    expect(await world.told()).toHaveLength(1)
  })

  it('changes nothing where the newcomer was banned meanwhile', async () => {
    await world.publish('group/hikers/application/ann')
    await world.directory.bans.add('hikers', 'ann')

    expect((await decide('accept', 'from=ann')).body.code).toBe('MEMBER_BANNED')
    expect(await found('from=ann')).toMatchObject([{ state: 'open' }])
    expect(await world.told()).toEqual([])
  })

  it('refuses an invitation by somebody who may not invite any more', async () => {
    await world.publish('group/hikers/invitation/ann/from/dora')
    await world.directory.groups.setInvitePolicy('hikers', 'admins')

    expect((await decide('accept', 'to=ann')).body.code).toBe('MAY_NOT_INVITE')
    await world.directory.members.setRole('hikers', 'dora', 'admin')
    expect((await decide('accept', 'to=ann')).status).toBe(200)
    expect(await groupsOf('ann')).toEqual(['hikers'])
  })

  it('comes too late for what has expired', async () => {
    await world.publish('user/bob/application/ann')
    await world.pool.query(`update requests set expires_at = now() - interval '1 second'`)

    const { status, body } = await decide('accept', 'to=bob')

    expect([status, body.code]).toEqual([409, 'REQUEST_DECIDED'])
    expect(await contactsOf('bob')).toEqual([])
  })

  it('leaves an audit entry that keeps no words', async () => {
    await world.publish('user/bob/application/ann', 'Secret words')
    const id = await world.newest('to=bob')

    await world.call(`POST /v1/requests/${id}:accept`)

    const { rows } = await world.pool.query(
      'select action, before, after from audit_log where target = $1',
      [`request/${id}`],
    )
    expect(rows).toMatchObject([
      { action: 'request.accept', before: { state: 'open' }, after: { state: 'accepted' } },
    ])
    expect(JSON.stringify(rows)).not.toContain('Secret words')
  })
})
