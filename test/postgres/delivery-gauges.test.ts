import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCircuitStore } from '../../src/postgres/circuit-store.ts'
import { readQueueGauges } from '../../src/postgres/delivery-gauges.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'

let world: DeliveryWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
})

afterAll(() => world.close())

it('the gauges tell what waits at each provider, and which is not called', async () => {
  await world.add()
  await world.add({ uid: 'carl', dueAt: NOON + 60_000 })
  await world.add({ uid: 'dora', provider: 'apns', dueAt: NOON + 60_000 })
  const circuit = { openedAt: NOON, probeAt: NOON, reason: 'x' }
  await createCircuitStore(world.pool).open('fcm', circuit)

  const gauges = await readQueueGauges(world.pool, NOON + 5_000)

  expect(gauges.toSorted((a, b) => a.provider.localeCompare(b.provider))).toEqual([
    { provider: 'apns', open: 1, overdueMs: 0, isCircuitOpen: false },
    { provider: 'fcm', open: 0, overdueMs: 0, isCircuitOpen: true },
    { provider: 'stub', open: 2, overdueMs: 3_000, isCircuitOpen: false },
  ])
})
