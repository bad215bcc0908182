import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { announceDue } from '../../../src/core/announcing/announce.ts'
import type { BrokerAnswer, BrokerMessage } from '../../../src/core/ports/broker-control.ts'
import { createAnnouncementOutbox } from '../../../src/postgres/announcement-store.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const NOON = Date.parse('2026-11-25T12:00:00Z')
const DONE: BrokerAnswer<undefined> = { kind: 'done', value: undefined }

let database: TestDatabase
let published: BrokerMessage[]
let logged: object[]

beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query(`insert into users (id) values ('ann'), ('bob')`)
  await database.pool.query(
    `insert into requests (kind, from_uid, to_uid, created_at, asked_at, expires_at)
     values ('friend-request', 'ann', 'bob', now(), now(), now())`,
  )
})

beforeEach(async () => {
  published = []
  logged = []
  await database.pool.query('delete from announcements')
})

afterAll(() => database.drop())

async function write(count: number): Promise<void> {
  await database.pool.query(
    `insert into announcements (request_id, topic, payload, wake_at, expires_at)
     select r.id, 'user/ann/request/' || n, '{"n": ' || n || '}', $1::timestamptz, $1::timestamptz + interval '1 day'
     from requests r, generate_series(1, $2::int) n`,
    [new Date(NOON), count],
  )
}

/** One round, `afterMs` after noon, with a broker that answers so. */
async function announce(
  answer: (message: BrokerMessage) => Promise<BrokerAnswer<undefined>>,
  afterMs = 0,
): Promise<void> {
  const broker = {
    publish(message: BrokerMessage) {
      published.push(message)
      return answer(message)
    },
  }
  const outbox = createAnnouncementOutbox(database.pool)
  const log = { warn: (fields: object) => logged.push(fields) }
  await announceDue({ outbox, broker, log, now: () => new Date(NOON + afterMs) })
}

async function waiting(): Promise<number> {
  const { rows } = await database.pool.query('select count(*)::int as count from announcements')
  return rows[0].count
}

describe('announcements', () => {
  it('are published at QoS 1, all that are due, and are gone once the broker has them', async () => {
    await write(45)

    await announce(async () => DONE)

    expect(new Set(published.map(({ topic }) => topic)).size).toBe(45)
    expect(published[0]).toEqual({
      topic: expect.stringMatching(/^user\/ann\/request\/\d+$/),
      payload: expect.any(Buffer),
      qos: 1,
    })
    expect(await waiting()).toBe(0)
  })

  it('wait for a broker that is away, longer each time or as long as it says', async () => {
    await write(1)
    const away = async () => ({ kind: 'unavailable', reason: 'no connection' }) as const

    await announce(away)
    await announce(away, 999)
    await announce(async () => ({ ...(await away()), retryAfterMs: 5_000 }), 1_000)
    await announce(away, 5_999)
    await announce(async () => DONE, 6_000)

    expect(published).toHaveLength(3)
    expect(logged).toMatchObject([
      { attempt: 1, reason: 'no connection', retryInMs: 1_000 },
      { attempt: 2, retryInMs: 5_000 },
    ])
    expect(await waiting()).toBe(0)
  })

  it('wait for whoever mends what the broker refuses', async () => {
    await write(1)

    await announce(async () => ({ kind: 'refused', reason: 'bad key' }))

    expect(logged).toMatchObject([{ reason: 'bad key', retryInMs: 60_000 }])
    expect(await waiting()).toBe(1)
  })

  it('are published by one of several, and by another where that one dies', async () => {
    await write(1)
    const dies = async () => {
      throw new Error('killed')
    }

    await expect(announce(dies)).rejects.toThrow('killed')
    await announce(async () => DONE, 59_999)
    const meanwhile = published.length
    await announce(async () => DONE, 60_000)

    expect(meanwhile).toBe(1)
    expect(await waiting()).toBe(0)
  })
})
