import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createNodeWatch } from '../../src/postgres/node-watch.ts'
import { createPresenceReader } from '../../src/postgres/presence-store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
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
  await addDevices(database, { ann: ['phone', 'tablet'], bob: ['bobs'], eve: ['eves'] })
})

function reader() {
  return createPresenceReader(database.pool)
}

function nodes() {
  return createNodeWatch(database.pool, async () => {})
}

async function statusOf(uid: string) {
  const [user] = await reader().users([uid])
  return user?.status
}

async function onlineDevices(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ device_id: string }>(
    'select device_id from device_presence where is_online order by device_id',
  )
  return rows.map(({ device_id }) => device_id)
}

describe('a presence reader', () => {
  it('tells of each device that was ever connected', async () => {
    await apply(
      database,
      aConnected(),
      aDisconnected(),
      aConnected({ clientId: 'tablet', node: 'n2', connectedAt: 2000 }),
    )

    expect(await reader().devicesOf('ann')).toEqual([
      {
        clientId: 'phone',
        uid: 'ann',
        status: 'offline',
        node: 'n1',
        connectedAt: new Date(1000),
        disconnectedAt: new Date(61_000),
        lastSeenAt: new Date(61_000),
      },
      {
        clientId: 'tablet',
        uid: 'ann',
        status: 'online',
        node: 'n2',
        connectedAt: new Date(2000),
        disconnectedAt: undefined,
        lastSeenAt: new Date(2000),
      },
    ])
  })

  it('tells that a user is online if one device is, and when any was last seen', async () => {
    await apply(
      database,
      aConnected(),
      aDisconnected(),
      aConnected({ clientId: 'tablet', connectedAt: 2000 }),
      aConnected({ clientId: 'bobs', username: 'bob' }),
      aDisconnected({ clientId: 'bobs', username: 'bob' }),
    )

    expect(await reader().users(['ann', 'bob', 'eve', 'nobody'])).toEqual([
      { uid: 'bob', status: 'offline', lastSeenAt: new Date(61_000) },
      { uid: 'ann', status: 'online', lastSeenAt: new Date(61_000) },
    ])
  })
})

describe('a node that is gone', () => {
  it('leaves the devices on it unknown, which counts as offline', async () => {
    await apply(
      database,
      aConnected(),
      aConnected({ clientId: 'bobs', username: 'bob', node: 'n2' }),
    )

    await nodes().markNodeGone('n1', 5000)

    expect(await onlineDevices()).toEqual(['bobs'])
    expect(await statusOf('ann')).toBe('unknown')
  })

  it('matters no more to a device that is connected elsewhere, or again', async () => {
    await apply(database, aConnected(), aConnected({ node: 'n2', connectedAt: 2000 }))
    await apply(database, aConnected({ clientId: 'tablet' }))

    await nodes().markNodeGone('n1', 5000)
    await apply(database, aConnected({ clientId: 'tablet', connectedAt: 6000 }))

    expect(await onlineDevices()).toEqual(['phone', 'tablet'])
  })

  it('is gone since the latest time that was said', async () => {
    await apply(database, aConnected())

    await nodes().markNodeGone('n1', 5000)
    await nodes().markNodeGone('n1', 500)

    expect(await statusOf('ann')).toBe('unknown')
  })

  it('may come back with what was connected to it', async () => {
    await apply(database, aConnected(), aConnected({ clientId: 'tablet' }))
    await nodes().markNodeGone('n1', 5000)
    await apply(database, aDisconnected({ clientId: 'tablet' }))

    await nodes().markNodeBack('n1')

    expect(await onlineDevices()).toEqual(['phone'])
    expect(await statusOf('ann')).toBe('online')
  })

  it('takes all of many devices along', async () => {
    const names = Array.from({ length: sized(6000, 20_000) }, (_, n) => `d${n}`)
    await addDevices(database, { zoe: names })
    await apply(database, ...names.map((clientId) => aConnected({ clientId, username: 'zoe' })))
    expect(await onlineDevices()).toHaveLength(names.length)

    await nodes().markNodeGone('n1', 5000)

    expect(await onlineDevices()).toEqual([])
  })
})
