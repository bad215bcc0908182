import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase } from '../../src/postgres/pool.ts'
import { createUserEraser } from '../../src/postgres/user-eraser.ts'
import { createUserStore } from '../../src/postgres/user-store.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'

let world: DeliveryWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
})
beforeEach(async () => {
  await world.clear()
  await world.sql('delete from deleted_users')
})
afterAll(() => world.close())

/** Deletes a user, at noon; returns what stands in their place. */
async function erase(uid: string): Promise<unknown> {
  const db = createDatabase(world.pool)
  await createUserStore(db).remove(uid)
  const [row] = await world.sql(
    'insert into deleted_users (id, deleted_at, erase_at) values ($1, $2, $2) returning pseudonym',
    uid,
    new Date(NOON),
  )
  await createUserEraser(world.pool, db, { info() {}, warn() {} }).erase(NOON)
  return row?.pseudonym
}

describe('what somebody wrote before they were deleted', () => {
  it('is still told of, by their pseudonym', async () => {
    const waiting = await world.add({ uid: 'bob', from: 'ann' })
    const pseudonym = await erase('ann')

    await world.worker().drain('stub')

    expect(await world.row(waiting)).toMatchObject({ state: 'sent' })
    expect(world.calls).toMatchObject([{ notification: { from: { uid: pseudonym } } }])
    expect(await world.sql('select conversation, state from conversation_slots')).toEqual([
      { conversation: `user/${pseudonym}`, state: 'sent' },
    ])
  })

  it('is told of once, where a worker has it in hand', async () => {
    const waiting = await world.add({ uid: 'bob', from: 'ann' })
    const worker = world.worker({
      answer: async () => {
        await erase('ann')
        return { kind: 'accepted', providerId: 'stub-1' }
      },
    })

    await worker.drain('stub')

    expect(await world.row(waiting)).toMatchObject({ state: 'sent' })
    expect(world.calls).toHaveLength(1)
  })
})

describe('what was on its way to somebody who is deleted', () => {
  it('is gone, also from under a worker that has it in hand', async () => {
    await world.add({ uid: 'bob', from: 'ann' })
    const worker = world.worker({
      answer: async () => {
        await erase('bob')
        return { kind: 'unavailable', reason: 'busy' }
      },
    })

    await worker.drain('stub')

    expect(await world.sql('select from deliveries')).toEqual([])
    expect(await world.sql('select from attempts')).toEqual([])
    expect(await world.sql('select from messages')).toEqual([])
  })
})
