import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import { sized } from '../support/size.ts'

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

describe('many members', () => {
  it('are added where they may be, and the others are named with the reason', async () => {
    await aGroup('many', 'bob')
    await world.directory.bans.add('many', 'cleo')
    const names = ['dora', 'bob', 'nobody', 'cleo', 'dora', 'é'.repeat(65)]

    const { status, body } = await world.call('PUT /v1/groups/many/members:batch', {
      members: names.map((uid) => ({ uid, ...(uid === 'dora' && { role: 'admin' }) })),
    })

    expect(status).toBe(200)
    expect(body).toMatchObject({ added: 1, unchanged: 2 })
    expect(
      body.refused.map(({ index, code }: { index: number; code: string }) => [index, code]),
    ).toEqual([
      [2, 'USER_NOT_FOUND'],
      [3, 'MEMBER_BANNED'],
      [5, 'INVALID_IDENTIFIER'],
    ])
    expect((await world.call('GET /v1/groups/many/members/dora')).body.role).toBe('admin')
    const audit = await world.pool.query(
      `select after from audit_log where action = 'members.add' and target = 'group/many'`,
    )
    expect(audit.rows).toEqual([{ after: { added: [{ uid: 'dora', role: 'admin' }] } }])
  })

  it('are removed, but never all owners', async () => {
    await aGroup('fewer', 'bob', 'cleo')
    await world.directory.members.setRole('fewer', 'bob', 'owner')

    const all = await world.call('POST /v1/groups/fewer/members:remove', {
      uids: ['ann', 'bob', 'cleo', 'dora'],
    })
    const one = await world.call('POST /v1/groups/fewer/members:remove', { uids: ['bob'] })

    expect(all.body).toMatchObject({
      removed: 1,
      unchanged: 1,
      refused: [
        { index: 0, uid: 'ann', code: 'LAST_OWNER' },
        { index: 1, uid: 'bob', code: 'LAST_OWNER' },
      ],
    })
    expect(one.body).toEqual({ removed: 1, unchanged: 0, refused: [] })
    expect((await world.directory.members.list('fewer')).items.map(({ uid }) => uid)).toEqual([
      'ann',
    ])
  })

  it('are as many as ten thousand, in under a second', async () => {
    const count = sized(2_000, 10_000)
    await world.pool.query(
      `insert into users (id) select repeat('x', 20) || n from generate_series(1, $1::int) n`,
      [count],
    )
    await aGroup('crowd')
    const uids = Array.from({ length: count }, (_, n) => `${'x'.repeat(20)}${n + 1}`)

    const startedAt = performance.now()
    const added = await world.call('PUT /v1/groups/crowd/members:batch', {
      members: uids.map((uid) => ({ uid, role: 'member' })),
    })
    const addedMs = performance.now() - startedAt
    const removed = await world.call('POST /v1/groups/crowd/members:remove', { uids })
    console.info(`${count} members were added in ${addedMs.toFixed(0)} ms`)

    expect(added.body).toEqual({ added: count, unchanged: 0, refused: [] })
    expect(addedMs).toBeLessThan(1_000)
    expect(removed.body).toEqual({ removed: count, unchanged: 0, refused: [] })
  })

  it('are ten thousand at most', async () => {
    await aGroup('long')
    const members = Array.from({ length: 10_001 }, (_, n) => ({ uid: `u${n}`.padEnd(128, 'x') }))

    const tooMany = await world.call('PUT /v1/groups/long/members:batch', { members })
    const most = await world.call('POST /v1/groups/long/members:remove', {
      uids: members.slice(1).map(({ uid }) => uid),
    })

    expect(tooMany.body).toMatchObject({ code: 'INVALID_REQUEST', status: 400 })
    expect(most.body).toEqual({ removed: 0, unchanged: 10_000, refused: [] })
  })
})
