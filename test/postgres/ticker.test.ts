import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Doorbell } from '../../src/core/ports/sql.ts'
import { createCircuitStore } from '../../src/postgres/circuit-store.ts'
import { createTicker } from '../../src/postgres/ticker.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'

let world: DeliveryWorld
let rung: Doorbell[]

beforeAll(async () => {
  world = await openDeliveryWorld()
})

beforeEach(async () => {
  await world.clear()
  rung = []
})

afterAll(() => world.close())

function ticker() {
  return createTicker(world.pool, {
    async ring(_, bells) {
      rung.push(...bells)
    },
  })
}

describe('a tick', () => {
  it('rings for each provider with something that nobody has looked after in time', async () => {
    await world.add({ provider: 'apns', dueAt: NOON + 60_000 })
    await world.add({ provider: 'fcm', uid: 'carl' })
    await world.add({ provider: 'stub', uid: 'dora', dueAt: NOON + 60_001 })

    expect(await ticker().tick(NOON)).toEqual([])
    // What is due at once has its own bell, so a while passes first.
    expect(await ticker().tick(NOON + 2_000)).toEqual(['fcm'])
    expect(await ticker().tick(NOON + 60_000)).toEqual(['apns', 'fcm'])
    expect(rung.map(({ provider }) => provider)).toEqual(['fcm', 'apns', 'fcm'])
  })

  it('rings for what a dead worker held', async () => {
    await world.add()
    await world.sql(
      `update deliveries set state = 'claimed', lease = gen_random_uuid(), wake_at = $1`,
      new Date(NOON + 20_000),
    )

    expect(await ticker().tick(NOON + 19_999)).toEqual([])
    expect(await ticker().tick(NOON + 20_000)).toEqual(['stub'])
  })

  it('does not ring for what is done', async () => {
    await world.add()
    await world.worker().drain('stub')

    expect(await ticker().tick(NOON + 3_600_000)).toEqual([])
  })

  it('leaves an open circuit alone until its provider is to be tried', async () => {
    await world.add()
    const circuit = { openedAt: NOON, probeAt: NOON + 10_000, reason: 'x' }
    await createCircuitStore(world.pool).open('stub', circuit)

    expect(await ticker().tick(NOON + 9_999)).toEqual([])
    expect(await ticker().tick(NOON + 10_000)).toEqual(['stub'])
  })

  it('is one replica’s at a time', async () => {
    await world.add()
    const ringing = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    const slow = createTicker(world.pool, {
      async ring() {
        ringing.resolve()
        await mayEnd.promise
      },
    })

    const first = slow.tick(NOON + 2_000)
    await ringing.promise
    const second = await ticker().tick(NOON + 2_000)
    mayEnd.resolve()

    expect(second).toBeUndefined()
    expect(await first).toEqual(['stub'])
  })
})

describe('what nobody claims', () => {
  it('expires', async () => {
    const delivery = await world.add({ expiresAt: NOON + 60_000 })
    await world.add({ uid: 'carl', expiresAt: NOON + 60_001 })

    expect(await ticker().expire(NOON + 59_999)).toEqual([])
    expect(await ticker().expire(NOON + 60_000)).toEqual([{ provider: 'stub', deliveries: 1 }])

    expect((await world.row(delivery)).state).toBe('expired')
    expect(await world.sql('select 1 from conversation_slots')).toHaveLength(1)
  })

  it('lives as long as the newest message that folded in', async () => {
    const delivery = await world.add({ expiresAt: NOON + 60_000 })
    await world.fold(delivery, { expiresAt: NOON + 90_000 })

    expect(await ticker().expire(NOON + 60_000)).toEqual([])
    expect(await ticker().expire(NOON + 90_000)).toHaveLength(1)
  })
})
