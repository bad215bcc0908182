import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BrokerEvent } from '../../src/core/events/broker-event.ts'
import { createEventIntake } from '../../src/core/events/event-intake.ts'
import { EVENT_LIMITS } from '../../src/core/events/group-commit.ts'
import { type EventStore, PoisonedBatch } from '../../src/core/ports/event-ports.ts'
import type { EventSteps } from '../../src/postgres/event-steps.ts'
import { createEventStore } from '../../src/postgres/event-store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  aConnected,
  aDisconnected,
  anAcked,
  anId,
  aPublished,
  createSeenSteps,
  createSeenTables,
  poison,
  readSeenMessage,
} from '../support/event-world.ts'
import { sized } from '../support/size.ts'

const NOW = 1_795_460_100_000

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await createSeenTables(database.pool)
})
beforeEach(async () => {
  for (const table of ['seen_devices', 'seen_messages', 'steps_taken', 'rejected_events']) {
    await database.pool.query(`delete from ${table}`)
  }
})
afterAll(() => database.drop())

describe('a batch of events', () => {
  it('goes through presence, acks, late decisions, messages, reads and bells, in this order', async () => {
    const calls: [string, unknown][] = []
    const events = [aPublished(), anAcked('b'), aDisconnected('a'), aConnected('c')]

    await storeWith(createSeenSteps({ calls })).store(events)

    expect(calls).toEqual([
      ['presence', ['a', 'c']],
      ['acks', ['b']],
      ['late', [['a'], NOW]],
      ['messages', [[anId(1)], NOW]],
      ['reads', [[readBy('bob', 'user/ann')], NOW]],
      [
        'ring',
        [
          { provider: 'late', deliveries: 1 },
          { provider: 'stub', deliveries: 1 },
        ],
      ],
    ])
  })

  it('asks Postgres nothing for steps that have nothing to do', async () => {
    const calls: [string, unknown][] = []
    const store = storeWith(createSeenSteps({ calls }))

    await store.store([aConnected('a')])
    await store.store([anAcked('a')])
    await store.store([aPublished({ topic: 'user/ann/outbox/bob' })])

    expect(calls.map(([step]) => step)).toEqual(['presence', 'acks'])
  })

  it('is written whole or not at all', async () => {
    const steps = { ...createSeenSteps(), ring: () => Promise.reject(new Error('no bell')) }

    await expect(storeWith(steps).store([aConnected('a'), aPublished()])).rejects.toThrow('no bell')

    expect(await countRows('seen_devices')).toBe(0)
    expect(await countRows('seen_messages')).toBe(0)
  })

  it('is no success where a step has hidden a failure', async () => {
    const steps: EventSteps<string> = {
      ...createSeenSteps(),
      async applyAcks(client) {
        await client.query('select 1 / 0').catch(() => {})
      },
    }

    await expect(storeWith(steps).store([anAcked('a')])).rejects.toThrow('ended in ROLLBACK')
  })

  it('leaves no connection behind, whatever happens', async () => {
    const store = storeWith(createSeenSteps())
    const broken = storeWith({ ...createSeenSteps(), ring: () => Promise.reject(new Error('no')) })
    for (let round = 0; round < 10; round++) {
      await Promise.allSettled([store.store([poison(1)]), broken.store([aPublished()])])
    }

    await store.store([aConnected('a')])

    expect(database.pool.idleCount).toBe(database.pool.totalCount)
  })
})

describe('who writes into a conversation', () => {
  it('has read it, as they see it, up to their newest message', async () => {
    const calls: [string, unknown][] = []
    const events = [
      aPublished({ receivedAt: 3_000 }),
      aPublished({ receivedAt: 2_000 }),
      aPublished({ topic: 'group/crew/inbox/bob', receivedAt: 1_000 }),
      aPublished({ topic: 'user/carl/inbox/http', clientId: 'http_api' }),
    ]

    await storeWith(createSeenSteps({ calls })).store(events)

    expect(calls.find(([step]) => step === 'reads')?.[1]).toEqual([
      [readBy('bob', 'user/ann', 3_000), readBy('bob', 'group/crew', 1_000)],
      NOW,
    ])
  })
})

describe('events that Postgres can not take', () => {
  it('are told from a Postgres that is in trouble', async () => {
    const store = storeWith(createSeenSteps())

    await expect(store.store([poison(1)])).rejects.toThrow(PoisonedBatch)
  })

  it.each([
    ['a step that stumbles', new TypeError('undefined is no function'), true],
    ['a time that is none', new RangeError('Invalid time value'), true],
    ['a connection that is lost', new Error('Connection terminated unexpectedly'), false],
  ])('are at fault or not: %s', async (_, error, isPoison) => {
    const steps = { ...createSeenSteps(), ring: () => Promise.reject(error) }

    const thrown = await storeWith(steps)
      .store([aPublished()])
      .catch((reason: unknown) => reason)

    expect(thrown instanceof PoisonedBatch).toBe(isPoison)
  })

  it.each([
    ['no such table', 'select * from nothing_at_all', false],
    ['canceled', `select pg_cancel_backend(pg_backend_pid())`, false],
    ['read-only', 'set transaction read only', false],
    ['too many rows', 'select (select 1 from generate_series(1, 2))', true],
    ['a number out of range', 'select 1e9::int * 10', true],
  ])('are at fault or not: %s', async (_, text, isPoison) => {
    const steps: EventSteps<string> = {
      ...createSeenSteps(),
      async applyAcks(client) {
        await client.query(text)
        await client.query(`insert into seen_devices values ('x', 1)`)
      },
    }

    const thrown = await storeWith(steps)
      .store([anAcked('a')])
      .catch((reason: unknown) => reason)

    expect(thrown).toBeInstanceOf(Error)
    expect(thrown instanceof PoisonedBatch).toBe(isPoison)
  })

  it('are rejected alone, out of a full batch, with the reason and what came', async () => {
    const intake = intakeOn(storeWith(createSeenSteps()))
    const events = Array.from({ length: 200 }, (_, index) =>
      index % 67 === 66 ? poison(index) : aPublished({ id: anId(index) }),
    )

    await Promise.all(events.map((event) => takeOne(intake, event)))

    expect(await countRows('seen_messages')).toBe(198)
    const { rows } = await database.pool.query(
      'select dialect, reason, excerpt, received_at from rejected_events order by id',
    )
    expect(rows).toEqual(
      [66, 133].map((index) => ({
        dialect: 'emqx5',
        reason: expect.stringMatching(/^could not be stored: .*Unicode escape sequence/),
        excerpt: Buffer.from(`source of ${anId(index)}`),
        received_at: new Date(NOW),
      })),
    )
  })
})

describe('two replicas', () => {
  it('store the same devices in any order without harm', async () => {
    const ROUNDS = sized(40, 1_000)
    const intakes = [1, 2].map(() => intakeOn(storeWith(createSeenSteps())))
    const devices = Array.from({ length: 50 }, (_, index) => `device-${index}`)

    for (let round = 0; round < ROUNDS; round++) {
      const work = intakes.flatMap((intake, replica) =>
        (replica === 0 ? devices : devices.toReversed()).map((device) =>
          takeOne(intake, aConnected(device)),
        ),
      )
      await Promise.all(work)
    }

    const { rows } = await database.pool.query('select distinct events from seen_devices')
    expect(rows).toEqual([{ events: 2 * ROUNDS }])
  })

  it('that lock each other out in spite of all are run again', async () => {
    const first = lockingSteps('a', 'b')
    const second = lockingSteps('b', 'a')
    first.waitFor(second)
    second.waitFor(first)

    await Promise.all([
      storeWith(first.steps).store([anAcked('x')]),
      storeWith(second.steps).store([anAcked('y')]),
    ])

    const { rows } = await database.pool.query(
      'select client_id, events from seen_devices order by client_id',
    )
    expect(rows).toEqual([
      { client_id: 'a', events: 2 },
      { client_id: 'b', events: 2 },
    ])
  })
})

describe('a message without an id', () => {
  it('is written once, also where it is stored a second time because the first answer got lost', async () => {
    const store = storeWith(createSeenSteps())
    const event = aPublished({ id: undefined, generation: 'emqx4' })

    await store.store([event])
    await store.store([event])
    await store.store([{ ...event }])

    expect(await countRows('seen_messages')).toBe(2)
  })
})

function storeWith(steps: EventSteps<string>): EventStore {
  return createEventStore({
    pool: database.pool,
    readMessage: readSeenMessage,
    steps,
    now: () => NOW,
  })
}

function intakeOn(store: EventStore) {
  return createEventIntake({
    store,
    meter: { counted() {}, batchStored() {} },
    limits: EVENT_LIMITS,
  })
}

function takeOne(intake: ReturnType<typeof intakeOn>, event: BrokerEvent): Promise<void> {
  const source = `source of ${event.kind === 'published' ? event.id : event.clientId}`
  return intake.take({ incoming: [{ event, source }], rejected: [], bytes: 1 })
}

function readBy(uid: string, conversation: string, readAt = 1_795_460_000_000) {
  return { uid, conversation, readAt }
}

/** Steps that take two locks, the second when the other has its first. */
function lockingSteps(first: string, second: string) {
  const hasFirst = Promise.withResolvers<void>()
  let other: Promise<void> = Promise.resolve()
  const lock = `insert into seen_devices values ($1, 1)
    on conflict (client_id) do update set events = seen_devices.events + 1`
  const steps: EventSteps<string> = {
    ...createSeenSteps(),
    async applyAcks(client) {
      await client.query(lock, [first])
      hasFirst.resolve()
      await other
      await client.query(lock, [second])
    },
  }
  return {
    steps,
    hasFirst: hasFirst.promise,
    waitFor(one: { readonly hasFirst: Promise<void> }) {
      other = one.hasFirst
    },
  }
}

async function countRows(table: string): Promise<number> {
  const { rows } = await database.pool.query(`select count(*)::int as count from ${table}`)
  return rows[0].count
}
