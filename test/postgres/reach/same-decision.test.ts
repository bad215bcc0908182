import fc from 'fast-check'
import type { PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatMessage } from '../../../src/core/reach/chat-message.ts'
import { decideReach } from '../../../src/core/reach/decide-reach.ts'
import type { ReachPolicy } from '../../../src/core/reach/reach-policy.ts'
import { writeMessages } from '../../../src/postgres/message-writer.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { anyMessages, anyPolicy, anyWorld } from '../../support/reach-arbitraries.ts'
import {
  factsOf,
  insertWorld,
  NOON,
  type ReachWorld,
  recipientsOf,
} from '../../support/reach-world.ts'
import { sized } from '../../support/size.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(() => database.drop())

describe('the statement that decides a batch', () => {
  it.each([
    ['by look-ups', 1_000],
    ['by joins, where every group counts as large', -1],
  ])(
    'decides as the pure function, recipient for recipient, %s',
    async (_, largeGroup) => {
      await fc.assert(
        fc.asyncProperty(
          anyWorld(),
          anyPolicy(),
          anyMessages(),
          async (world, policy, messages) => {
            const written = await inWorld(world, async (client) => {
              await writeMessages(client, messages, policy, NOON, largeGroup)
              return await readDecisions(client)
            })

            expect(written).toEqual(decided(world, policy, messages))
          },
        ),
        { numRuns: sized(150, 5_000), seed: 3 },
      )
    },
    600_000,
  )
})

/** Each recipient's decision in a line, sorted. */
function decided(
  world: ReachWorld,
  policy: ReachPolicy,
  messages: readonly ChatMessage[],
): readonly string[] {
  return messages
    .flatMap((message) =>
      recipientsOf(world, message).flatMap((uid) => {
        const decision = decideReach(message, factsOf(world, message, uid), policy, NOON)
        const about = `${message.id} ${uid}`
        if (decision.kind === 'unreached') return [`${about} ${decision.reason}`]
        return decision.deliveries.map(
          ({ addressId, dueAt, isSilent, step, gathersAt }) =>
            `${about} ${addressId} due=${dueAt} silent=${isSilent} step=${step} gathers=${gathersAt ?? '-'}`,
        )
      }),
    )
    .sort()
}

async function readDecisions(client: PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select replace(message_id::text, '-', '') || ' ' || user_id || ' ' || address_id
       || ' due=' || round(extract(epoch from due_at) * 1000) || ' silent=' || is_silent
       || ' step=' || step
       || ' gathers=' || coalesce(round(extract(epoch from gathers_at) * 1000)::text, '-') as line
     from deliveries
     union all
     select replace(message_id::text, '-', '') || ' ' || uid || ' ' || reason
     from unreached cross join unnest(uids) as uid`,
  )
  const counts = await client.query(
    'select from unreached where recipients <> cardinality(uids) or recipients = 0',
  )
  expect(counts.rowCount).toBe(0)
  return rows.map(({ line }) => line).sort()
}

/** Does something in a world, and leaves nothing of it behind. */
async function inWorld<Result>(
  world: ReachWorld,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await database.pool.connect()
  try {
    await client.query('begin')
    await insertWorld(client, world)
    const result = await work(client)
    await client.query('rollback')
    return result
  } finally {
    client.release()
  }
}
