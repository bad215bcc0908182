import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SessionResult } from '../../src/core/ports/session-ports.ts'
import type { SessionChange } from '../../src/core/presence/session-change.ts'
import { markConnected } from '../../src/postgres/session-marks.ts'
import { createSessionStore } from '../../src/postgres/session-store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addDevices } from '../support/presence-world.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.pool.query('delete from users; delete from groups; delete from broker_sessions')
  await addDevices(database, { ann: ['phone', 'tablet'], bob: ['bobs'] })
})

const LEASE_MS = 20_000

function store() {
  return createSessionStore(database.pool)
}

async function connect(
  clientId: string,
  change: Exclude<SessionChange, 'none'>,
  uid = 'ann',
): Promise<void> {
  await markConnected(database.pool, [{ clientId, uid, change }], () => ['user/ann/#'])
}

async function claim(lease = randomUUID(), limit = 10) {
  const tasks = await store().claim(lease, limit, LEASE_MS)
  return { lease, tasks }
}

/** Takes the one task there is and says what has become of it. */
async function settle(result: SessionResult): Promise<void> {
  const { lease, tasks } = await claim()
  await store().settle(
    lease,
    tasks.map(({ clientId, version }) => ({ clientId, version, result })),
  )
}

async function leaveAndJoin(): Promise<void> {
  await database.pool.query(`
    insert into groups (id) values ('hikers') on conflict do nothing;
    delete from memberships;
    insert into memberships (group_id, user_id) values ('hikers', 'ann')`)
}

const HELD: SessionResult = { kind: 'held', filters: ['user/ann/#'], ownFilters: 2 }

describe('a session that has connected', () => {
  it('is a task with all that is known of it', async () => {
    await leaveAndJoin()
    await connect('phone', 'new')

    const { tasks } = await claim()

    expect(tasks).toEqual([
      {
        clientId: 'phone',
        uid: 'ann',
        version: '1',
        standing: 'welcome',
        profile: 'all',
        memberships: [{ gid: 'hikers', role: 'member' }],
        held: undefined,
        ownFilters: 0,
        clearsCache: false,
        looks: true,
        endsSession: false,
        isOnline: false,
        isOver: false,
        attempts: 0,
      },
    ])
  })

  it('that began with its connection has what the broker gives by itself', async () => {
    await connect('phone', 'fresh')

    expect((await claim()).tasks).toMatchObject([{ held: ['user/ann/#'], looks: false }])
  })

  it('that has what it has to have is no task when it is resumed', async () => {
    await connect('phone', 'fresh')
    await settle(HELD)
    await connect('phone', 'resumed')

    expect((await claim()).tasks).toEqual([])
  })

  it('that nobody knew is a task when it is resumed', async () => {
    await connect('phone', 'resumed')

    expect((await claim()).tasks).toMatchObject([{ clientId: 'phone', held: undefined }])
  })

  it('that had not been there is a task when it is resumed', async () => {
    await connect('phone', 'fresh')
    await settle({ kind: 'absent' })
    await connect('phone', 'resumed')

    expect((await claim()).tasks).toMatchObject([{ held: undefined }])
  })

  it('is tried at once, however long the next attempt was put off', async () => {
    await connect('phone', 'fresh')
    await settle({ kind: 'retry', afterMs: 60_000 })
    expect((await claim()).tasks).toEqual([])

    await connect('phone', 'resumed')

    expect((await claim()).tasks).toMatchObject([{ attempts: 0 }])
  })

  it('that was another user’s is to be ended', async () => {
    await connect('bobs', 'fresh', 'ann')
    await settle(HELD)
    await connect('bobs', 'resumed', 'bob')

    expect((await claim()).tasks).toMatchObject([{ uid: 'bob', endsSession: true }])
  })

  it('of a device that is gone, revoked, or of somebody disabled may not be there', async () => {
    await connect('gone', 'fresh')
    await connect('phone', 'fresh')
    await connect('bobs', 'fresh', 'bob')
    await database.pool.query(`
      update devices set revoked_at = now() where id = 'phone';
      update users set disabled_at = now() where id = 'bob'`)

    const { tasks } = await claim()

    expect(Object.fromEntries(tasks.map((task) => [task.clientId, task.standing]))).toEqual({
      gone: 'unknown-device',
      phone: 'revoked-device',
      bobs: 'disabled-user',
    })
  })

  it('is over where its last connection took it along', async () => {
    await connect('phone', 'fresh')
    await database.pool.query(`
      insert into device_presence (device_id, user_id, is_online, expiry_seconds)
      values ('phone', 'ann', false, 0)`)

    expect((await claim()).tasks).toMatchObject([{ isOver: true, isOnline: false }])
  })
})

describe('a claim', () => {
  it('takes what nobody else has', async () => {
    await connect('phone', 'fresh')
    await connect('tablet', 'fresh')

    const [one, other] = await Promise.all([claim(randomUUID(), 1), claim(randomUUID(), 5)])

    const taken = [...one.tasks, ...other.tasks].map(({ clientId }) => clientId)
    expect(taken.toSorted()).toEqual(['phone', 'tablet'])
  })

  it('takes revocations first', async () => {
    await connect('phone', 'fresh')
    await connect('bobs', 'fresh', 'bob')
    await database.pool.query(`update devices set revoked_at = now() where id = 'bobs'`)

    expect((await claim(randomUUID(), 1)).tasks).toMatchObject([{ clientId: 'bobs' }])
  })

  it('takes what a dead worker has left, once its lease is over', async () => {
    await connect('phone', 'fresh')
    const dead = await claim()
    await database.pool.query('update broker_sessions set due_at = now()')

    const next = await claim()
    await store().settle(dead.lease, [{ clientId: 'phone', version: '1', result: HELD }])

    expect(next.tasks).toMatchObject([{ clientId: 'phone' }])
    expect(await heldOf('phone')).toEqual(['user/ann/#'])
    expect(await store().gauge()).toMatchObject({ waiting: 1 })
  })
})

async function heldOf(clientId: string): Promise<readonly string[] | null | undefined> {
  const { rows } = await database.pool.query<{ held: readonly string[] | null }>(
    'select held from broker_sessions where client_id = $1',
    [clientId],
  )
  return rows[0]?.held
}

describe('what has become of a session', () => {
  it('is remembered, and nothing is left to do', async () => {
    await connect('phone', 'new')
    await settle(HELD)

    expect(await heldOf('phone')).toEqual(['user/ann/#'])
    expect(await store().gauge()).toEqual({ waiting: 0, oldestMs: 0 })
  })

  it('is due again where rights changed meanwhile, with all that was to be done', async () => {
    await connect('phone', 'fresh')
    await settle(HELD)
    await leaveAndJoin()
    const { lease, tasks } = await claim()
    await leaveAndJoin()

    expect((await claim()).tasks).toEqual([])
    const [task] = tasks
    await store().settle(lease, [
      { clientId: 'phone', version: task?.version ?? '', result: { ...HELD, filters: ['x'] } },
    ])

    expect((await claim()).tasks).toMatchObject([
      { held: ['x'], clearsCache: true, looks: true, isOnline: false },
    ])
  })

  it('is forgotten where it was ended, unless its device is back', async () => {
    await connect('phone', 'fresh')
    await settle({ kind: 'ended' })
    expect(await heldOf('phone')).toBeUndefined()

    await connect('phone', 'fresh')
    const { lease, tasks } = await claim()
    await connect('phone', 'fresh')
    await store().settle(
      lease,
      tasks.map(({ clientId, version }) => ({ clientId, version, result: { kind: 'ended' } })),
    )

    expect((await claim()).tasks).toMatchObject([{ clientId: 'phone' }])
  })

  it('may be that it was not tried', async () => {
    await connect('phone', 'fresh')
    await settle({ kind: 'released' })

    expect((await claim()).tasks).toMatchObject([{ attempts: 0, held: ['user/ann/#'] }])
  })

  it('may be another attempt later, which is counted', async () => {
    await connect('phone', 'fresh')
    await settle({ kind: 'retry', afterMs: 0 })

    expect((await claim()).tasks).toMatchObject([{ attempts: 1 }])
  })
})
