import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStatStore } from '../../src/postgres/stat-store.ts'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import { startHerald } from '../support/herald.ts'
import { aPublish } from '../support/sink-world.ts'

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld()
})

afterAll(() => world.close())

const MINUTE = 60_000

describe('stats', () => {
  it('know nothing at first', async () => {
    expect((await world.call('GET /v1/stats')).body).toEqual({
      onlineUsers: null,
      onlineDevices: null,
      lastHour: { messages: 0, deliveries: [] },
      lastDay: { messages: 0, deliveries: [] },
      queue: [],
    })
  })

  it('sum up the last hour and day, and show the newest sample', async () => {
    const store = createStatStore(world.pool)
    const minuteMs = Math.floor(Date.now() / MINUTE) * MINUTE
    const row = { provider: '', label: '', samples: 0, minuteMs } as const
    await store.add([
      { ...row, metric: 'messages', total: 3 },
      { ...row, metric: 'messages', total: 4, minuteMs: minuteMs - MINUTE },
      { ...row, metric: 'deliveries', provider: 'apns', label: 'sent', total: 2 },
      { ...row, metric: 'online-users', total: 7, samples: 1, minuteMs: minuteMs - 5 * MINUTE },
      { ...row, metric: 'online-users', total: 9, samples: 1, minuteMs: minuteMs - 2 * MINUTE },
      { ...row, metric: 'online-devices', total: 9, samples: 1, minuteMs: minuteMs - 11 * MINUTE },
    ])
    await store.rollUp(Date.now())
    const { body } = await world.call('GET /v1/stats')

    expect(body).toMatchObject({
      onlineUsers: 9,
      onlineDevices: null,
      lastHour: { messages: 7, deliveries: [{ provider: 'apns', outcome: 'sent', count: 2 }] },
      lastDay: { messages: 7 },
    })
  })

  it('count what a Herald stores, before it is gone', async () => {
    const before = await world.call('GET /v1/stats')
    const herald = await startHerald(world.address, { HERALD_ROLES: 'hooks' })
    const { payload, ...event } = aPublish()
    await fetch(`${herald.url}/emqx/5/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...event, payload: payload.toString() }),
    })
    await herald.close()
    const after = await world.call('GET /v1/stats')

    expect(after.body.lastHour.messages).toBe(before.body.lastHour.messages + 1)
  })

  it.each([
    'from=2026-11-25T00:00:00Z&to=2026-11-25T00:00:00Z',
    'from=2026-11-25T00:00:00Z&to=2026-11-27T02:00:00Z&step=minute',
    'from=2026-11-25T23:59:60Z&to=2026-11-27T02:00:00Z',
  ])('are not shown over no time, or too much: %s', async (range) => {
    const { body } = await world.call(`GET /v1/stats/series?metric=messages&${range}`)

    expect(body.code).toBe('INVALID_TIME')
  })
})
