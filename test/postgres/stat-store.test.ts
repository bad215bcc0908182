import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { StatRow } from '../../src/core/stats/stat.ts'
import { createStatStore } from '../../src/postgres/stat-store.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let world: DeliveryWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
})

beforeEach(async () => {
  await world.clear()
  await world.sql('truncate stats_minutes, stats_hours')
})

afterAll(() => world.close())

const store = () => createStatStore(world.pool)

function sent(minuteMs: number, total: number, provider = 'apns'): StatRow {
  return { metric: 'deliveries', minuteMs, provider, label: 'sent', total, samples: 0 }
}

describe('counts', () => {
  it('of several processes add up', async () => {
    await Promise.all([store().add([sent(NOON, 2)]), store().add([sent(NOON, 3), sent(NOON, 1)])])

    expect(await store().series('deliveries', 'minute', NOON, NOON + 1)).toEqual([
      { provider: 'apns', label: 'sent', points: [{ atMs: NOON, value: 6 }] },
    ])
  })

  it('are shown by provider and label, from a time and before another', async () => {
    const rows = [
      sent(NOON - MINUTE, 1),
      sent(NOON, 2),
      sent(NOON, 4, 'fcm'),
      sent(NOON + MINUTE, 8),
    ]
    await store().add(rows)

    expect(await store().series('deliveries', 'minute', NOON, NOON + MINUTE)).toMatchObject([
      { provider: 'apns', points: [{ value: 2 }] },
      { provider: 'fcm', points: [{ value: 4 }] },
    ])
    expect(await store().series('messages', 'minute', NOON, NOON + MINUTE)).toEqual([])
  })

  it('become hours, once however often they are rolled up, and also where they came late', async () => {
    await store().add([sent(NOON, 1), sent(NOON + 59 * MINUTE, 2), sent(NOON + HOUR, 4)])
    await store().rollUp(NOON + HOUR)
    await store().rollUp(NOON + HOUR)
    await store().add([sent(NOON, 8)])
    await store().rollUp(NOON + 2 * HOUR)

    expect(await store().series('deliveries', 'hour', NOON, NOON + DAY)).toMatchObject([
      {
        points: [
          { atMs: NOON, value: 11 },
          { atMs: NOON + HOUR, value: 4 },
        ],
      },
    ])
    expect(await store().series('deliveries', 'day', NOON - 12 * HOUR, NOON + DAY)).toMatchObject([
      { points: [{ atMs: NOON - 12 * HOUR, value: 15 }] },
    ])
  })

  it('are forgotten by the minute after a week, by the hour after a year', async () => {
    await store().add([sent(NOON, 1)])
    await store().rollUp(NOON)
    await store().rollUp(NOON + 9 * DAY)
    const minutes = await world.sql('select from stats_minutes')
    const hours = await world.sql('select from stats_hours')
    await store().rollUp(NOON + 401 * DAY)

    expect([minutes.length, hours.length]).toEqual([0, 1])
    expect(await world.sql('select from stats_hours')).toEqual([])
  })
})

describe('a sample', () => {
  it('says who is online and what waits, and is a mean where there are several', async () => {
    await world.add({ provider: 'apns', dueAt: NOON - HOUR })
    await world.sql(
      `insert into devices (id, user_id) select 'd' || n, 'bob' from generate_series(1, 3) n`,
    )
    await world.sql(`insert into device_presence (device_id, user_id, is_online, node, connected_at)
      select 'd' || n, 'bob', n < 3, 'n' || n, '2026-11-25' from generate_series(1, 3) n`)
    await store().sample(NOON)
    await world.sql(`insert into gone_nodes values ('n1', '2026-11-26')`)
    await store().sample(NOON + 1)

    const mean = async (metric: StatRow['metric']) =>
      (await store().series(metric, 'minute', NOON, NOON + MINUTE))[0]?.points[0]?.value
    expect(await mean('online-users')).toBe(1)
    expect(await mean('online-devices')).toBe(1.5)
    expect(await mean('waiting')).toBe(1)
  })

  it('is left to one replica at a time', async () => {
    const client = await world.pool.connect()
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock(78287)')
    const taken = await store().sample(NOON)
    await client.query('rollback')
    client.release()

    expect(taken).toBe(false)
    expect(await store().sample(NOON)).toBe(true)
  })
})
