import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mergePresence, type PresenceEvent } from '../../src/core/presence/merge-presence.ts'
import { NO_PRESENCE } from '../../src/core/presence/presence-state.ts'
import { readPresence } from '../../src/postgres/presence-json.ts'
import { applyPresence } from '../../src/postgres/presence-writer.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { someoneWaits } from '../support/locks.ts'
import { aConnected, aDisconnected } from '../support/presence-events.ts'
import { addDevices, apply } from '../support/presence-world.ts'
import { sized } from '../support/size.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.pool.query('delete from gone_nodes')
  await database.pool.query('delete from users')
  await addDevices(database, { ann: ['phone', 'tablet'], bob: ['bobs'] })
})

async function rowOf(deviceId: string) {
  const { rows } = await database.pool.query('select * from device_presence where device_id = $1', [
    deviceId,
  ])
  return rows[0]
}

async function isPersistent(deviceId: string): Promise<boolean | null> {
  const { rows } = await database.pool.query<{ persistent_session: boolean | null }>(
    'select persistent_session from devices where id = $1',
    [deviceId],
  )
  return rows[0]?.persistent_session ?? null
}

describe('applyPresence', () => {
  it('writes what is known of the newest connection', async () => {
    await apply(database, aConnected({ node: 'n2', connectedAt: 1_795_460_624_806 }))

    expect(await rowOf('phone')).toMatchObject({
      user_id: 'ann',
      is_online: true,
      node: 'n2',
      connected_at: new Date(1_795_460_624_806),
      clean_start: false,
      expiry_seconds: '7200',
      keepalive_seconds: 60,
      session_since: new Date(1_795_460_624_806),
      disconnected_at: null,
      last_seen_at: new Date(1_795_460_624_806),
    })
  })

  it('keeps between batches what later events may still speak of', async () => {
    const events = [
      aDisconnected({ connectedAt: undefined }),
      aConnected(),
      aConnected({ peername: 'p2', connectedAt: 70_000, cleanStart: undefined }),
      aDisconnected({ peername: 'p2', connectedAt: 70_000, reason: 'takenover' }),
    ]

    for (const event of events) await apply(database, event)

    const { connections } = await rowOf('phone')
    expect(readPresence(connections)).toEqual(mergePresence(NO_PRESENCE, events))
  })

  it('goes offline with the last connection, and says that it was lost', async () => {
    await apply(database, aConnected())

    const { lost } = await apply(database, aDisconnected({ reason: 'keepalive_timeout' }))

    expect(await rowOf('phone')).toMatchObject({
      is_online: false,
      disconnected_at: new Date(61_000),
    })
    expect(lost).toEqual([
      {
        clientId: 'phone',
        uid: 'ann',
        disconnectedAt: 61_000,
        keepaliveSeconds: 60,
        reason: 'keepalive_timeout',
      },
    ])
  })

  it('says once that a connection was lost, however often it hears of it', async () => {
    await apply(database, aConnected())
    await apply(database, aDisconnected())

    expect((await apply(database, aDisconnected())).lost).toEqual([])
  })

  it('takes several events of several devices at once', async () => {
    const { lost, skipped } = await apply(
      database,
      aDisconnected(),
      aConnected({ clientId: 'bobs', username: 'bob' }),
      aConnected(),
      aConnected({ clientId: 'tablet' }),
    )

    const online = await database.pool.query(
      'select device_id from device_presence where is_online order by device_id',
    )
    expect(online.rows.map(({ device_id }) => device_id)).toEqual(['bobs', 'tablet'])
    expect({ lost, skipped }).toEqual({ lost: [], skipped: 0 })
  })

  it.each([
    ['a client that is no device', { clientId: 'backend' }],
    ['another user’s device', { clientId: 'bobs' }],
    ['a user there is not', { username: 'nobody' }],
    ['a name that is none', { clientId: 'phone\nbobs' }],
    ['a name that Postgres cannot store', { clientId: 'a\u0000' }],
  ])('skips and counts %s', async (_, event) => {
    const { skipped } = await apply(database, aConnected(event), aConnected({ clientId: 'tablet' }))

    expect(skipped).toBe(1)
    const { rows } = await database.pool.query('select device_id from device_presence')
    expect(rows).toEqual([{ device_id: 'tablet' }])
  })

  it('leaves a row as it is where nothing is new', async () => {
    await apply(database, aConnected())
    const { rows: before } = await database.pool.query('select ctid, xmin from device_presence')

    await apply(database, aConnected())

    const { rows: after } = await database.pool.query('select ctid, xmin from device_presence')
    expect(after).toEqual(before)
  })

  it('counts connections of a node that is gone as offline', async () => {
    await database.pool.query('insert into gone_nodes values ($1, $2)', ['n1', new Date(5000)])

    await apply(database, aConnected(), aConnected({ clientId: 'tablet', connectedAt: 5001 }))

    expect((await rowOf('phone')).is_online).toBe(false)
    expect((await rowOf('tablet')).is_online).toBe(true)
  })
})

describe('whether a session outlives its connection', () => {
  it('is told to the device as it changes', async () => {
    await apply(database, aConnected())
    expect(await isPersistent('phone')).toBe(true)

    await apply(database, aConnected({ connectedAt: 2000, expirySeconds: 0 }))
    expect(await isPersistent('phone')).toBe(false)
  })

  it('stays as it was where the broker does not say, or nothing has changed', async () => {
    await apply(database, aConnected({ expirySeconds: undefined }))
    expect(await isPersistent('phone')).toBe(null)

    await apply(database, aConnected({ connectedAt: 2000 }))
    const { rows: before } = await database.pool.query('select xmin from devices')
    await apply(database, aConnected({ connectedAt: 3000 }))

    expect((await database.pool.query('select xmin from devices')).rows).toEqual(before)
  })
})

describe('two transactions at once', () => {
  /** Commits `first` when `second` waits for it. */
  async function overlap(first: readonly PresenceEvent[], second: readonly PresenceEvent[]) {
    const one = await database.pool.connect()
    try {
      await one.query('begin')
      await applyPresence(one, first)
      const other = apply(database, ...second)
      await someoneWaits(database.pool)
      await one.query('commit')
      return await other
    } finally {
      one.release()
    }
  }

  it('both count, for a device that is known', async () => {
    await apply(database, aConnected())

    await overlap([aConnected({ peername: 'p2', connectedAt: 2000 })], [aDisconnected()])

    expect(await rowOf('phone')).toMatchObject({ is_online: true, connected_at: new Date(2000) })
    expect((await rowOf('phone')).disconnected_at).toEqual(new Date(61_000))
  })

  it('both count, for a device that is new', async () => {
    const { lost } = await overlap([aConnected()], [aDisconnected()])

    expect(await rowOf('phone')).toMatchObject({ is_online: false, connected_at: new Date(1000) })
    expect(lost).toHaveLength(1)
  })

  it('skip a device that is removed meanwhile', async () => {
    const removal = await database.pool.connect()
    await removal.query("begin; delete from devices where id = 'phone'")

    const applying = apply(database, aConnected(), aConnected({ clientId: 'tablet' }))
    await someoneWaits(database.pool)
    await removal.query('commit')
    removal.release()

    expect((await applying).skipped).toBe(1)
    expect(await rowOf('tablet')).toMatchObject({ is_online: true })
  })

  it('never wait for each other, and lose nothing', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `d${n}`)
    await addDevices(database, { eve: names })
    const batches = Array.from({ length: sized(40, 400) }, (_, batch) =>
      // Every other batch the other way round, over devices of which some are always new.
      (batch % 2 === 0 ? names : names.toReversed())
        .slice(0, 2 + batch)
        .map((clientId) =>
          aConnected({ clientId, username: 'eve', peername: `p${batch}`, connectedAt: 1 + batch }),
        ),
    )

    await Promise.all(batches.map((events) => apply(database, ...events)))

    const { rows } = await database.pool.query(
      "select distinct connected_at from device_presence where user_id = 'eve'",
    )
    expect(rows).toEqual([{ connected_at: new Date(batches.length) }])
  })
})
