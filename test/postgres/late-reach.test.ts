import type { PoolClient } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AckedEvent } from '../../src/core/events/broker-event.ts'
import {
  applyAcks,
  decideCrossed,
  decideLate,
  decideOverdueAcks,
} from '../../src/postgres/late-reach.ts'
import { writeMessages } from '../../src/postgres/message-writer.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { aDevice, anAddress, aUser } from '../support/reach-people.ts'
import { aMessage, aPolicy, insertWorld, NOON } from '../support/reach-world.ts'

let database: TestDatabase
let client: PoolClient

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(() => database.drop())

beforeEach(async () => {
  client = await database.pool.connect()
  await client.query('begin')
})

afterEach(async () => {
  await client.query('rollback')
  client.release()
})

const POLICY = aPolicy()
const SECOND = 1_000

describe('a message to somebody who seems to be online', () => {
  it('awaits an acknowledgement, and one of any device settles it', async () => {
    await bobIsOnline()
    await write(aMessage())

    expect(await awaited()).toEqual(['bob 1'])
    await applyAcks(client, [ack('bob', 1)])
    expect(await awaited()).toEqual([])
  })

  it('keeps waiting when another user, of another message, or without an id acknowledges', async () => {
    await bobIsOnline()
    await write(aMessage())

    await applyAcks(client, [
      ack('ann', 1),
      ack('bob', 2),
      { ...ack('bob', 1), id: undefined },
      { ...ack('bob', 1), id: 'no id' },
      { ...ack('bob', 1), username: 'b\0b' },
    ])

    expect(await awaited()).toEqual(['bob 1'])
  })

  it('awaits nothing at QoS 0, nor of more online members than the policy has', async () => {
    await insertWorld(client, {
      users: ['bob', 'cleo', 'dan'].map((uid) => onlineUser(uid)),
      groups: [{ gid: 'crew', members: { bob: 'owner', cleo: 'member', dan: 'member' } }],
      goneNodes: {},
    })
    const toCrew = { kind: 'group-message', to: undefined, gid: 'crew' } as const

    await write(aMessage({ qos: 0 }))
    expect(await awaited()).toEqual([])
    await write(aMessage({ ...toCrew, id: id(2) }), { halfOpenGroupMax: 2 })
    expect(await awaited()).toEqual([])
    await write(aMessage({ ...toCrew, id: id(3) }), { halfOpenGroupMax: 3 })
    expect(await awaited()).toEqual(['bob 3', 'cleo 3', 'dan 3'])
  })

  it('is decided again once the connection turns out to have been dead', async () => {
    await bobIsOnline()
    await write(aMessage())
    expect(await unreached()).toEqual(['1 online 1 bob'])

    const bells = await decideLate(client, [lostAt(NOON + 60 * SECOND)], POLICY, NOON + 61 * SECOND)

    expect(bells).toEqual([{ provider: 'stub-push', deliveries: 1 }])
    expect(await deliveries()).toEqual(['1 to 1 queued late'])
    expect(await unreached()).toEqual([])
    expect(await awaited()).toEqual([])
  })

  it('is decided again once only', async () => {
    await bobIsOnline()
    await write(aMessage())
    await decideLate(client, [lostAt(NOON + SECOND)], POLICY, NOON + 2 * SECOND)

    const again = await decideLate(client, [lostAt(NOON + SECOND)], POLICY, NOON + 2 * SECOND)

    expect(again).toEqual([])
    expect(await deliveries()).toHaveLength(1)
  })

  it('is forgotten where it was sent when the connection was surely alive', async () => {
    await bobIsOnline()
    await write(aMessage())
    // 1.5 keepalives of 60 s, and the margin.
    const lost = lostAt(NOON + 101 * SECOND)

    expect(await decideLate(client, [lost], POLICY, NOON + 102 * SECOND)).toEqual([])
    expect(await awaited()).toEqual([])
    expect(await unreached()).toEqual(['1 online 1 bob'])
  })

  it('is never forgotten for its age where the connection had no keepalive', async () => {
    await bobIsOnline()
    await write(aMessage())
    const lost = { ...lostAt(NOON + 3_600 * SECOND), keepaliveSeconds: 0 }

    await decideLate(client, [lost], POLICY, NOON + 3_601 * SECOND)

    expect(await deliveries()).toEqual(['1 to 1 queued late'])
  })

  it('moves to the reason that holds now', async () => {
    await bobIsOnline()
    await write(aMessage())
    await client.query(`insert into preferences (user_id, notify) values ('bob', 'none')`)

    await decideLate(client, [lostAt(NOON + SECOND)], POLICY, NOON + 2 * SECOND)

    expect(await unreached()).toEqual(['1 notifications-off 1 bob'])
    expect(await deliveries()).toEqual([])
  })

  it('says of a member who has left that they have left, and leaves the others online', async () => {
    await insertWorld(client, {
      users: ['ann', 'bob', 'cleo'].map((uid) => onlineUser(uid)),
      groups: [{ gid: 'crew', members: { ann: 'owner', bob: 'member', cleo: 'member' } }],
      goneNodes: {},
    })
    await write(aMessage({ kind: 'group-message', to: undefined, gid: 'crew' }))
    await client.query(`delete from memberships where user_id = 'bob'`)

    await decideLate(client, [lostAt(NOON + SECOND)], POLICY, NOON + 2 * SECOND)

    expect(await unreached()).toEqual(['1 left 1 bob', '1 online 1 cleo'])
  })

  it('notifies only the devices that were not notified at first', async () => {
    const phones = [aDevice('phone', { isOnline: true }), aDevice('tablet')]
    const addresses = [anAddress(1, 'phone'), anAddress(2, 'tablet')]
    const bob = aUser('bob', { devices: phones, addresses })
    await insertWorld(client, { users: [bob], groups: [], goneNodes: {} })
    const policy = aPolicy({ devices: 'device-offline' })
    await writeMessages(client, [aMessage()], policy, NOON)
    expect(await deliveries()).toEqual(['1 to 2 queued'])

    await decideLate(client, [lostAt(NOON + SECOND)], policy, NOON + 2 * SECOND)

    expect(await deliveries()).toEqual(['1 to 1 queued late', '1 to 2 queued'])
    expect(await unreached()).toEqual([])
  })

  describe('of whom one device was online and another in quiet hours', () => {
    const policy = aPolicy({ devices: 'device-offline' })
    const HOUR = 3_600 * SECOND
    const quiet = (uid: string, from: string, to: string) =>
      client.query(
        `insert into preferences (user_id, quiet_days, quiet_from, quiet_to, quiet_zone, quiet_action)
         values ($1, 127, $2, $3, 'UTC', 'drop')`,
        [uid, from, to],
      )
    const twoDevices = (uid: string, n: number) =>
      aUser(uid, {
        devices: [aDevice(`${uid}-phone`, { isOnline: true }), aDevice(`${uid}-tablet`)],
        addresses: [anAddress(n, `${uid}-phone`), anAddress(n + 1, `${uid}-tablet`)],
      })

    it('is no longer counted under the old reason', async () => {
      await insertWorld(client, { users: [twoDevices('bob', 1)], groups: [], goneNodes: {} })
      await quiet('bob', '11:00', '12:30')
      await writeMessages(client, [aMessage()], policy, NOON)
      expect(await unreached()).toEqual(['1 quiet-hours 1 bob'])

      await decideLate(client, [lostAt(NOON + SECOND)], policy, NOON + HOUR)

      expect(await deliveries()).toEqual(['1 to 1 queued late', '1 to 2 queued late'])
      expect(await unreached()).toEqual([])
    })

    it('stays where the reason is the same, and makes room where others come to it', async () => {
      const users = [onlineUser('bob'), twoDevices('cleo', 5), twoDevices('dan', 8)]
      const members = { bob: 'owner', cleo: 'member', dan: 'member' } as const
      await insertWorld(client, { users, groups: [{ gid: 'crew', members }], goneNodes: {} })
      await quiet('bob', '12:45', '13:30')
      await quiet('cleo', '11:00', '12:30')
      await quiet('dan', '11:00', '14:00')
      const toCrew = { kind: 'group-message', to: undefined, gid: 'crew' } as const
      await writeMessages(client, [aMessage(toCrew)], policy, NOON)
      expect(await unreached()).toEqual(['1 online 1 bob', '1 quiet-hours 2 cleo,dan'])

      const lost = ['bob', 'cleo', 'dan'].map((uid) => ({ ...lostAt(NOON + SECOND), uid }))
      await decideLate(client, lost, policy, NOON + HOUR)

      expect(await unreached()).toEqual(['1 quiet-hours 2 dan,bob'])
      expect(await deliveries()).toEqual(['1 to 5 queued late', '1 to 6 queued late'])
    })
  })

  it('is decided again without a disconnect where acknowledgements are due', async () => {
    await bobIsOnline()
    await write(aMessage())
    await write(aMessage({ id: id(2), sentAt: NOON + 20 * SECOND }))

    const bells = await decideOverdueAcks(client, 30 * SECOND, POLICY, NOON + 30 * SECOND, 10)

    expect(bells).toEqual([{ provider: 'stub-push', deliveries: 1 }])
    expect(await deliveries()).toEqual(['1 to 1 queued late'])
    expect(await awaited()).toEqual(['bob 2'])
  })

  it('is decided again in portions', async () => {
    await bobIsOnline()
    for (const n of [1, 2, 3]) await write(aMessage({ id: id(n), sentAt: NOON + n }))

    await decideOverdueAcks(client, 0, POLICY, NOON + SECOND, 2)

    expect(await awaited()).toEqual(['bob 3'])
    expect(await deliveries()).toEqual(['1 to 1 queued late', '2 to 1 folded late'])
  })
})

describe('a message that crosses the disconnect of its recipient', () => {
  const LATER = NOON + 1_000

  it('is decided again, however orderly they left', async () => {
    await bobIsOnline()
    await write(aMessage({ sentAt: NOON }))
    await bobLeft(NOON - 5)

    const bells = await decideCrossed(client, POLICY, LATER, 10)

    expect(bells).toEqual([{ provider: 'stub-push', deliveries: 1 }])
    expect(await deliveries()).toEqual(['1 to 1 queued late'])
    expect(await unreached()).toEqual([])
    expect(await decideCrossed(client, POLICY, LATER, 10)).toEqual([])
  })

  it('stays as it is where it was sent before they left, or while they are here', async () => {
    await bobIsOnline()
    await write(aMessage({ sentAt: NOON }))

    expect(await decideCrossed(client, POLICY, LATER, 10)).toEqual([])
    await bobLeft(NOON + 5)
    expect(await decideCrossed(client, POLICY, LATER, 10)).toEqual([])
    expect(await awaited()).toEqual(['bob 1'])
  })

  it('is given a second for the disconnect to come, and a minute at most', async () => {
    await bobIsOnline()
    await write(aMessage({ sentAt: NOON }))
    await bobLeft(NOON - 5)

    expect(await decideCrossed(client, POLICY, LATER - 1, 10)).toEqual([])
    expect(await decideCrossed(client, POLICY, NOON + 60_001, 10)).toEqual([])
    expect(await decideCrossed(client, POLICY, NOON + 60_000, 10)).toHaveLength(1)
  })
})

async function bobLeft(at: number): Promise<void> {
  await client.query(
    `update device_presence set is_online = false, disconnected_at = to_timestamp($1 / 1000.0)
     where user_id = 'bob'`,
    [at],
  )
}

function onlineUser(uid: string) {
  const n = uid.charCodeAt(0) - 'a'.charCodeAt(0)
  const device = `${uid}-phone`
  return aUser(uid, {
    devices: [aDevice(device, { isOnline: true })],
    addresses: [anAddress(n, device)],
  })
}

async function bobIsOnline(): Promise<void> {
  await insertWorld(client, { users: [onlineUser('bob')], groups: [], goneNodes: {} })
}

function lostAt(disconnectedAt: number) {
  return { uid: 'bob', disconnectedAt, keepaliveSeconds: 60 }
}

function ack(username: string, n: number): AckedEvent {
  const topic = 'user/bob/inbox/ann'
  return { kind: 'acked', generation: 'emqx5', id: id(n), clientId: 'phone', username, topic }
}

function id(n: number): string {
  return String(n).padStart(32, '0')
}

async function write(message: ReturnType<typeof aMessage>, policy = {}): Promise<void> {
  await writeMessages(client, [message], aPolicy(policy), NOON)
}

async function awaited(): Promise<readonly string[]> {
  return await lines(`select user_id || ' ' || ltrim(replace(message_id::text, '-', ''), '0') as line
    from awaited_acks order by user_id, message_id`)
}

async function deliveries(): Promise<readonly string[]> {
  return await lines(`select ltrim(replace(message_id::text, '-', ''), '0') || ' to ' || address_id || ' '
      || state || case when is_late then ' late' else '' end as line
    from deliveries order by message_id, address_id`)
}

async function unreached(): Promise<readonly string[]> {
  return await lines(`select ltrim(replace(message_id::text, '-', ''), '0') || ' ' || reason || ' '
      || recipients || ' ' || array_to_string(uids, ',') as line
    from unreached order by message_id, reason`)
}

async function lines(sql: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(sql)
  return rows.map(({ line }) => line)
}
