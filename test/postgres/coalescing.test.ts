import type { PoolClient } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChatMessage } from '../../src/core/reach/chat-message.ts'
import { writeMessages } from '../../src/postgres/message-writer.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { someoneWaits } from '../support/locks.ts'
import { aDevice, anAddress, aUser } from '../support/reach-people.ts'
import { aMessage, aPolicy, insertWorld, NOON } from '../support/reach-world.ts'

/** A database for each test: some have two transactions, which see what is committed. */
let database: TestDatabase
let client: PoolClient

beforeEach(async () => {
  database = await createTestDatabase()
  client = await database.pool.connect()
  const bob = aUser('bob', { devices: [aDevice('phone')], addresses: [anAddress(1, 'phone')] })
  await insertWorld(client, { users: [bob], groups: [], goneNodes: {} })
})

afterEach(async () => {
  client.release()
  await database.drop()
})

const POLICY = aPolicy({ coalesceMs: 3_000 })
const SECOND = 1_000

describe('messages of a conversation', () => {
  it('fold into the first of their batch', async () => {
    await write([message(1), message(2), message(3)])

    expect(await deliveries()).toEqual(['1 queued +0', '2 folded into 1', '3 folded into 1'])
    expect(await slot()).toEqual('waiting, 1 carries 3, newest 3')
  })

  it('fold into a carrier that still waits, and ring no bell', async () => {
    await write([message(1)])

    const bells = await write([message(2), message(3)], SECOND)

    expect(bells).toEqual([])
    expect(await deliveries()).toEqual(['1 queued +0', '2 folded into 1', '3 folded into 1'])
    expect(await slot()).toEqual('waiting, 1 carries 3, newest 3')
  })

  it('show the newest, though an older one comes later', async () => {
    await write([message(2)])
    await write([message(1)])

    expect(await slot()).toEqual('waiting, 2 carries 2, newest 2')
  })

  it('keep their carrier alive as long as the longest of them', async () => {
    await write([message(1, { said: { ttlSeconds: 60 } })])
    await write([message(2, { said: { ttlSeconds: 600 } })])
    await write([message(3, { said: { ttlSeconds: 120 } })])

    const { rows } = await client.query('select expires_at from conversation_slots')
    expect(rows).toEqual([{ expires_at: new Date(NOON + 2 + 600 * SECOND) }])
  })

  it('do not fold into a carrier that is being sent, and wait until after it', async () => {
    await write([message(1)])
    await client.query(`update conversation_slots set state = 'claimed'`)

    await write([message(2)], SECOND)
    await write([message(3)], 2 * SECOND)

    expect(await deliveries()).toEqual(['1 queued +0', '2 queued +4000', '3 folded into 2'])
    expect(await slot()).toEqual('waiting, 2 carries 2, newest 3')
  })

  it('wait for the end of the window after a push, and fold there', async () => {
    await write([message(1)])
    await sent(NOON + SECOND)

    await write([message(2)], 2 * SECOND)
    const bells = await write([message(3), message(4)], 3 * SECOND)

    expect(bells).toEqual([])
    expect(await deliveries()).toEqual([
      '1 queued +0',
      '2 queued +4000',
      '3 folded into 2',
      '4 folded into 2',
    ])
    expect(await slot()).toEqual('waiting, 2 carries 3, newest 4')
  })

  it('are due at once when the window is over', async () => {
    await write([message(1)])
    await sent(NOON + SECOND)

    const bells = await write([message(2)], 10 * SECOND)

    expect(bells).toEqual([{ provider: 'stub-push', deliveries: 1 }])
    expect(await deliveries()).toEqual(['1 queued +0', '2 queued +10000'])
  })

  it('do not fold into one that is due later: who forces a message wants it seen', async () => {
    await client.query(`insert into preferences
        (user_id, quiet_days, quiet_from, quiet_to, quiet_zone, quiet_action)
      values ('bob', 127, '11:00', '13:00', 'UTC', 'defer')`)
    await write([message(1)])

    await write([message(2, { isServer: true, said: { isForced: true } })])

    expect(await deliveries()).toEqual(['1 queued +3600000', '2 queued +0'])
  })

  it('do not fold into a silent one', async () => {
    await client.query(`insert into preferences
        (user_id, quiet_days, quiet_from, quiet_to, quiet_zone, quiet_action)
      values ('bob', 127, '11:00', '13:00', 'UTC', 'silence')`)
    const loud = message(2, { isServer: true, said: { isForced: true } })

    await write([message(1), loud, message(3)])

    // Of those that are due at once, the loud one takes the slot.
    expect(await deliveries()).toEqual(['1 queued +0', '2 queued +0', '3 queued +0'])
    expect(await slot()).toEqual('waiting, 2 carries 1, newest 2')
  })

  it('of others, and to other addresses, do not fold', async () => {
    await client.query(`insert into devices (id, user_id) values ('tablet', 'bob');
      insert into addresses (id, user_id, device_id, channel, provider, token)
      overriding system value values (2, 'bob', 'tablet', 'push', 'stub-push', 'another')`)

    await write([message(1), message(2, { from: 'cleo' })])

    expect(await deliveries()).toHaveLength(4)
    expect((await deliveries()).filter((line) => line.includes('folded'))).toEqual([])
  })
})

describe('two transactions that write to one slot', () => {
  it('take turns: the second folds into the carrier of the first', async () => {
    const other = await database.pool.connect()
    try {
      await client.query('begin')
      await write([message(1)])

      await other.query('begin')
      const second = writeMessages(other, [message(2)], POLICY, NOON)
      await someoneWaits(database.pool)
      await client.query('commit')
      await second
      await other.query('commit')
    } finally {
      other.release()
    }

    expect(await deliveries()).toEqual(['1 queued +0', '2 folded into 1'])
    expect(await slot()).toEqual('waiting, 1 carries 2, newest 2')
  })

  it('stand alone where the first is undone', async () => {
    const other = await database.pool.connect()
    try {
      await client.query('begin')
      await write([message(1)])

      await other.query('begin')
      const second = writeMessages(other, [message(2)], POLICY, NOON)
      await someoneWaits(database.pool)
      await client.query('rollback')
      await second
      await other.query('commit')
    } finally {
      other.release()
    }

    expect(await deliveries()).toEqual(['2 queued +0'])
  })
})

function message(n: number, differences: Parameters<typeof aMessage>[0] = {}): ChatMessage {
  return aMessage({ id: String(n).padStart(32, '0'), sentAt: NOON + n, ...differences })
}

async function write(messages: readonly ChatMessage[], afterMs = 0) {
  return await writeMessages(client, messages, POLICY, NOON + afterMs)
}

/** What a worker does once the carrier is sent. */
async function sent(at: number): Promise<void> {
  await client.query(`update conversation_slots set state = 'sent', sent_at = $1`, [new Date(at)])
}

const NUMBER = (column: string) => `ltrim(replace(${column}::text, '-', ''), '0')`

async function deliveries(): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select ${NUMBER('message_id')} || ' ' || case state
       when 'folded' then 'folded into ' || ${NUMBER('carrier_id')}
       else state || ' +' || round(extract(epoch from due_at - $1::timestamptz) * 1000) end as line
     from deliveries order by message_id, address_id`,
    [new Date(NOON)],
  )
  return rows.map(({ line }) => line)
}

async function slot(): Promise<string | undefined> {
  const { rows } = await client.query<{ line: string }>(
    `select state || ', ' || ${NUMBER('carrier_id')} || ' carries ' || messages || ', newest '
       || ${NUMBER('newest_id')} as line from conversation_slots`,
  )
  return rows.map(({ line }) => line).join('; ')
}
