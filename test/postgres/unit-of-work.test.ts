import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Stores } from '../../src/core/ports/unit-of-work.ts'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann', 'bob')
})
afterAll(() => world.close())

describe('a unit of work', () => {
  it('writes all of it and returns what the work returns', async () => {
    const result = await world.unitOfWork.run(async ({ contacts, blocks }) => {
      await contacts.insert([{ uid: 'ann', contactUid: 'bob' }])
      await blocks.insert('ann', 'bob')
      return 'done'
    })

    expect(result).toBe('done')
    expect(await countOf('contacts')).toBe(1)
    expect(await countOf('blocks')).toBe(1)
  })

  it('writes nothing where the work throws', async () => {
    const fault = new Error('no')

    const work = world.unitOfWork.run(async ({ contacts }) => {
      await contacts.insert([{ uid: 'ann', contactUid: 'bob' }])
      throw fault
    })

    await expect(work).rejects.toBe(fault)
    expect(await countOf('contacts')).toBe(0)
  })

  it('gives the connection back either way', async () => {
    for (let round = 0; round < 10; round++) {
      await world.unitOfWork.run(async () => Promise.reject(new Error('no'))).catch(() => {})
    }

    expect(await world.unitOfWork.run(async () => 'still there')).toBe('still there')
  })

  it('runs again where two wait for each other', async () => {
    const attempts = { ann: 0, bob: 0 }
    const meeting = bothArrived()
    const lockInTurn = (first: 'ann' | 'bob', second: 'ann' | 'bob') =>
      world.unitOfWork.run(async ({ users }: Stores) => {
        attempts[first]++
        await users.lock(first)
        await meeting()
        return users.lock(second)
      })

    const results = await Promise.all([lockInTurn('ann', 'bob'), lockInTurn('bob', 'ann')])

    expect(results).toEqual([true, true])
    expect(attempts.ann + attempts.bob).toBe(3)
  })

  it('does not run again what Postgres refuses for good', async () => {
    let attempts = 0

    const work = world.unitOfWork.run(async ({ contacts }) => {
      attempts++
      await contacts.insert([{ uid: 'ann', contactUid: 'ann' }])
    })

    await expect(work).rejects.toMatchObject({ constraint: 'contacts_check' })
    expect(attempts).toBe(1)
  })
})

/** Resolves for the first two who call it once both have; for later ones at once. */
function bothArrived(): () => Promise<void> {
  const both = Promise.withResolvers<void>()
  let arrived = 0
  return () => {
    arrived++
    if (arrived === 2) both.resolve()
    return both.promise
  }
}

async function countOf(table: 'contacts' | 'blocks'): Promise<number> {
  const { rows } = await world.pool.query<{ count: number }>(
    `select count(*)::int as count from ${table}`,
  )
  return rows[0]?.count ?? 0
}
