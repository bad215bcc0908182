import type { PoolClient } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PublishedEvent } from '../../src/core/events/broker-event.ts'
import { readMessage } from '../../src/core/reach/read-message.ts'
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

describe('a message', () => {
  it('becomes a delivery to each address of whom it is for, and rings for what is due', async () => {
    await insertWorld(client, { users: [offlineUser('bob', 1)], groups: [], goneNodes: {} })

    const bells = await writeMessages(client, [aMessage()], aPolicy(), NOON)

    expect(bells).toEqual([{ provider: 'stub-push', deliveries: 1 }])
    const { rows } =
      await client.query(`select user_id, device_id, provider, conversation, state, attempt,
      decided_at, due_at, wake_at, expires_at from deliveries`)
    expect(rows).toEqual([
      {
        user_id: 'bob',
        device_id: 'bob-phone',
        provider: 'stub-push',
        conversation: 'user/ann',
        state: 'queued',
        attempt: 0,
        decided_at: new Date(NOON),
        due_at: new Date(NOON),
        wake_at: new Date(NOON + 2_000),
        expires_at: new Date(NOON + 86_400_000),
      },
    ])
  })

  it('that comes twice is decided once, whether in one batch or in two', async () => {
    await insertWorld(client, { users: [offlineUser('bob', 1)], groups: [], goneNodes: {} })

    await writeMessages(client, [aMessage(), aMessage()], aPolicy(), NOON)
    const again = await writeMessages(client, [aMessage()], aPolicy(), NOON + 60_000)

    expect(again).toEqual([])
    expect(await count('messages')).toBe(1)
    expect(await count('deliveries')).toBe(1)
  })

  it('to oneself is kept, and reaches nobody', async () => {
    await insertWorld(client, { users: [offlineUser('bob', 1)], groups: [], goneNodes: {} })

    await writeMessages(client, [aMessage({ from: 'bob', to: 'bob' })], aPolicy(), NOON)

    expect(await count('messages')).toBe(1)
    expect(await count('deliveries')).toBe(0)
    expect(await count('unreached')).toBe(0)
  })

  it('keeps what its sender may say, and nothing else', async () => {
    await insertWorld(client, {
      users: [aUser('ann'), aUser('bob')],
      groups: [{ gid: 'crew', members: { ann: 'member', bob: 'owner' } }],
      goneNodes: {},
    })
    const said = {
      title: 'Sale',
      body: 'Hi',
      isForced: true,
      priority: 'high',
      ttlSeconds: 9_000,
    } as const
    const toCrew = { kind: 'group-message', to: undefined, gid: 'crew', said } as const
    const policy = aPolicy({ ttlSeconds: { byDefault: 86_400, senderMax: 600 } })

    const from = [
      aMessage({ id: id(1), ...toCrew, from: 'ann' }),
      aMessage({ id: id(2), ...toCrew, from: 'bob' }),
      aMessage({ id: id(3), said, isServer: true }),
      aMessage({ id: id(4), said, from: 'bob', to: 'ann' }),
    ]
    await writeMessages(client, from, policy, NOON)

    const { rows } = await client.query(`select content, is_forced,
      extract(epoch from expires_at - sent_at)::integer as ttl from messages order by id`)
    const ordinary = { content: { body: 'Hi', priority: 'normal' }, is_forced: false, ttl: 600 }
    const content = { title: 'Sale', body: 'Hi', priority: 'high' }
    const privileged = { content, is_forced: true, ttl: 9_000 }
    expect(rows).toEqual([ordinary, privileged, privileged, ordinary])
  })

  it('cannot break its batch, whatever is in it', async () => {
    await insertWorld(client, { users: [offlineUser('bob', 1)], groups: [], goneNodes: {} })
    const odd = [
      '{"title":"\\u0000","body":"a\\u0000b\\ud800","id":"\\u0000","data":{"\\u0000":"\\udfff"}}',
      '{"mentions":["\\u0000","bob\\ud800",7],"collapse_key":"\\u0000","ttl":1e300}',
      '{"ttl":-1,"priority":{},"silent":"no","force":[],"__proto__":{"body":"x"}}',
      '{"body":',
      '\0\ud83d',
      'x'.repeat(1_000_000),
    ]
    const events = odd.map((payload, n) => published(n + 1, payload))

    const messages = events.map(readMessage).filter((message) => message !== undefined)
    await writeMessages(client, messages, aPolicy(), NOON)

    expect(await count('messages')).toBe(odd.length)
    expect(await count('deliveries')).toBe(odd.length)
  })

  it('names the first 500 who are not reached, and counts all', async () => {
    await client.query(`insert into users (id) select 'u' || n from generate_series(1, 1500) n`)
    await client.query(`insert into groups (id) values ('crew')`)
    await client.query(`insert into memberships (group_id, user_id) select 'crew', id from users`)
    const toCrew = { kind: 'group-message', to: undefined, gid: 'crew', from: 'u1' } as const

    await writeMessages(client, [aMessage(toCrew)], aPolicy(), NOON)
    await writeMessages(client, [aMessage({ ...toCrew, id: id(2) })], aPolicy(), NOON, 5_000)

    const { rows } = await client.query(
      'select reason, recipients, cardinality(uids) as named from unreached order by message_id',
    )
    const all = { reason: 'no-address', recipients: 1_499, named: 500 }
    expect(rows).toEqual([all, all])
  })
})

function offlineUser(uid: string, address: number) {
  const device = `${uid}-phone`
  return aUser(uid, { devices: [aDevice(device)], addresses: [anAddress(address, device)] })
}

function published(n: number, payload: string): PublishedEvent {
  return {
    kind: 'published',
    generation: 'emqx5',
    id: id(n),
    clientId: 'phone',
    topic: 'user/bob/inbox/ann',
    qos: 1,
    payload: Buffer.from(payload),
    userProperties: { 'herald-title': '\0\ud800' },
    receivedAt: NOON,
  }
}

function id(n: number): string {
  return String(n).padStart(32, '0')
}

async function count(table: 'messages' | 'deliveries' | 'unreached'): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`select count(*)::integer as n from ${table}`)
  return rows[0]?.n ?? 0
}
