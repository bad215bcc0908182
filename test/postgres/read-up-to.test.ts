import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveReadUpTo } from '../../src/postgres/read-up-to.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addMessages, directMessage, groupMessage } from '../support/message-rows.ts'
import { inTransaction } from '../support/presence-world.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await addMessages(
    database,
    directMessage('bob', 'ann', 1000, 'hello'),
    directMessage('ann', 'bob', 2000, 'answer'),
    directMessage('eve', 'ann', 3000, 'other'),
    directMessage('eve', 'bob', 4000, 'secret'),
    groupMessage('bob', 'g', 5000, 'news'),
    groupMessage('ann', 'g', 6000, 'twice'),
    groupMessage('ann', 'g', 7000, 'twice'),
    groupMessage('bob', 'bob', 8000, 'hello'),
  )
})
afterAll(() => database.drop())

function resolve(conversation: string, appId: string) {
  return inTransaction(database, (client) =>
    resolveReadUpTo(client, 'ann', conversation, { kind: 'message', appId }),
  )
}

describe('what is read up to', () => {
  it('is a time as it was given', async () => {
    const at = await inTransaction(database, (client) =>
      resolveReadUpTo(client, 'ann', 'user/bob', { kind: 'time', at: 1234 }),
    )

    expect(at).toBe(1234)
  })

  it.each([
    ['a message that was received', 'user/bob', 'hello', 1000],
    ['a message that was sent', 'user/bob', 'answer', 2000],
    ['a message of a group', 'group/g', 'news', 5000],
    ['the newest of those with the same id', 'group/g', 'twice', 7000],
  ])('is the time of %s', async (_, conversation, appId, at) => {
    expect(await resolve(conversation, appId)).toBe(at)
  })

  it.each([
    ['an id there is not', 'user/bob', 'nothing'],
    ['another’s message', 'user/bob', 'other'],
    ['a message between others', 'user/bob', 'secret'],
    ['a message of another group', 'group/h', 'news'],
  ])('is not known of %s', async (_, conversation, appId) => {
    expect(await resolve(conversation, appId)).toBeUndefined()
  })
})
