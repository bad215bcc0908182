import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ReadMark } from '../../src/core/reach/read-mark.ts'
import { applyReads } from '../../src/postgres/read-marks.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { someoneWaits } from '../support/locks.ts'
import { addMessages, directMessage, groupMessage } from '../support/message-rows.ts'
import { addDevices, inTransaction } from '../support/presence-world.ts'

const NOW = Date.UTC(2026, 10, 25, 12)
const DAY_MS = 86_400_000

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  for (const table of ['messages', 'deliveries', 'conversation_slots', 'users']) {
    await database.pool.query(`delete from ${table}`)
  }
  await addDevices(database, { ann: ['phone', 'tablet'], bob: ['bobs'] })
})

function read(...marks: readonly ReadMark[]) {
  return inTransaction(database, (client) => applyReads(client, marks, NOW))
}

function mark(conversation: string, readAt: number, uid = 'ann'): ReadMark {
  return { uid, conversation, readAt }
}

async function marks(): Promise<Readonly<Record<string, number>>> {
  const { rows } = await database.pool.query<{ key: string; read_at: Date }>(
    "select user_id || ' ' || conversation as key, read_at from read_marks order by 1",
  )
  return Object.fromEntries(rows.map(({ key, read_at }) => [key, read_at.getTime()]))
}

describe('a read mark', () => {
  it('moves up to what was read, and never back', async () => {
    await addMessages(database, directMessage('bob', 'ann', 1000), groupMessage('bob', 'g', 1500))

    await read(mark('user/bob', 2000), mark('group/g', 1500))
    await read(mark('user/bob', 1000))

    expect(await marks()).toEqual({ 'ann group/g': 1500, 'ann user/bob': 2000 })
  })

  it('is the furthest of those that come at once', async () => {
    await addMessages(database, directMessage('bob', 'ann', 1000))

    await read(mark('user/bob', 1000), mark('user/bob', 3000), mark('user/bob', 2000))

    expect(await marks()).toEqual({ 'ann user/bob': 3000 })
  })

  it.each([
    ['one’s own messages', groupMessage('ann', 'g', 1000)],
    ['messages after it', groupMessage('bob', 'g', 2001)],
    ['messages of another conversation', groupMessage('bob', 'h', 1000)],
    ['messages of another kind', { ...groupMessage('bob', 'g', 1000), kind: 'join-request' }],
  ])('is not written for %s', async (_, message) => {
    await addMessages(database, message)

    await read(mark('group/g', 2000))

    expect(await marks()).toEqual({})
  })

  it('is not written where what was unread is another’s message', async () => {
    await addMessages(database, directMessage('eve', 'ann', 1000))

    await read(mark('user/bob', 2000))

    expect(await marks()).toEqual({})
  })

  it('is written where there is too much to look through', async () => {
    const many = Array.from({ length: 10 }, (_, n) => directMessage('eve', 'ann', 1001 + n))
    await addMessages(database, directMessage('bob', 'ann', 1000), ...many)

    await read(mark('user/bob', 2000))

    expect(await marks()).toEqual({ 'ann user/bob': 2000 })
  })

  it('is not written again where all is read', async () => {
    await addMessages(database, directMessage('bob', 'ann', 1000))
    await read(mark('user/bob', 2000))

    await read(mark('user/bob', 3000))

    expect(await marks()).toEqual({ 'ann user/bob': 2000 })
  })

  it('of a user there is not is passed over', async () => {
    await addMessages(database, groupMessage('bob', 'g', 1000))

    expect(await read(mark('group/g', 2000, 'nobody'))).toEqual([])

    expect(await marks()).toEqual({})
  })
})

describe('what a notification shows', () => {
  const SHOWN = { state: 'sent', newestAt: 1000 }

  /** An address with a slot in ann's conversation with bob. */
  async function show(
    address: { deviceId?: string; provider?: string; channel?: string },
    slot: { state?: string; newestAt?: number } = {},
  ): Promise<string> {
    const { deviceId, provider = 'stub', channel = 'push' } = address
    const { state, newestAt } = { ...SHOWN, ...slot }
    const { rows } = await database.pool.query<{ id: string }>(
      `with made as (
        insert into addresses (user_id, device_id, channel, provider, token)
        values ('ann', $1, $2, $3, $4) returning id
      ) insert into conversation_slots (address_id, conversation, state, carrier_day, carrier_id,
          is_silent, due_at, newest_day, newest_id, newest_at, messages, expires_at, sent_at)
        select id, 'user/bob', $5, '2026-11-25', $6, false, $7, '2026-11-25', $6, $7, 1,
          $7::timestamptz + interval '1 day', $7 from made
        returning address_id as id`,
      [deviceId, channel, provider, randomUUID(), state, randomUUID(), new Date(newestAt)],
    )
    return rows[0]?.id ?? ''
  }

  async function deliveries() {
    const { rows } = await database.pool.query(
      `select d.*, m.kind, m.inbox, m.gid, m.from_uid, m.content, m.expires_at as message_expires_at
      from deliveries d join messages m on m.day = d.day and m.id = d.message_id
      order by d.address_id`,
    )
    return rows
  }

  async function slots(): Promise<readonly string[]> {
    const { rows } = await database.pool.query<{ address_id: string }>(
      'select address_id from conversation_slots order by address_id',
    )
    return rows.map(({ address_id }) => address_id)
  }

  it('is cleared on every push address when it was read', async () => {
    const phone = await show({ deviceId: 'phone' })
    const tablet = await show({ deviceId: 'tablet' })

    const bells = await read(mark('user/bob', 1000))

    expect(bells).toEqual([{ provider: 'stub', deliveries: 2 }])
    expect(await slots()).toEqual([])
    const clears = await deliveries()
    expect(clears.map(({ address_id }) => address_id)).toEqual([phone, tablet])
    expect(clears[0]).toMatchObject({
      kind: 'clear',
      inbox: 'user/ann',
      gid: null,
      from_uid: 'ann',
      content: null,
      message_expires_at: new Date(NOW + DAY_MS),
      user_id: 'ann',
      device_id: 'phone',
      provider: 'stub',
      conversation: 'user/bob',
      state: 'queued',
      is_silent: true,
      decided_at: new Date(NOW),
      due_at: new Date(NOW),
      wake_at: new Date(NOW + 2000),
      expires_at: new Date(NOW + DAY_MS),
    })
  })

  it('is cleared elsewhere, not where it was read', async () => {
    await show({ deviceId: 'phone' })
    const tablet = await show({ deviceId: 'tablet', provider: 'other' })

    const bells = await read({ ...mark('user/bob', 1000), deviceId: 'phone' })

    expect(bells).toEqual([{ provider: 'other', deliveries: 1 }])
    expect((await deliveries()).map(({ address_id }) => address_id)).toEqual([tablet])
    expect(await slots()).toEqual([])
  })

  it('is forgotten, but can’t be cleared, in a mailbox', async () => {
    await show({ channel: 'email' })

    expect(await read(mark('user/bob', 1000))).toEqual([])
    expect(await slots()).toEqual([])
  })

  it.each([
    ['is still to be sent', { state: 'waiting' }],
    ['is being sent', { state: 'claimed' }],
    ['is newer than what was read', { newestAt: 1001 }],
  ])('stays where it %s', async (_, slot) => {
    const phone = await show({ deviceId: 'phone' }, slot)

    expect(await read(mark('user/bob', 1000))).toEqual([])
    expect(await slots()).toEqual([phone])
  })

  it('stays where another conversation was read, or another user read', async () => {
    const phone = await show({ deviceId: 'phone' })

    await read(mark('group/bob', 1000), mark('user/bob', 1000, 'bob'))

    expect(await slots()).toEqual([phone])
  })

  it('is not waited for while somebody else changes it', async () => {
    const phone = await show({ deviceId: 'phone' })

    await inTransaction(database, async (other) => {
      await other.query('select from conversation_slots for update')
      expect(await read(mark('user/bob', 1000))).toEqual([])
    })

    expect(await slots()).toEqual([phone])
  })
})

describe('two transactions that read', () => {
  it('take turns, and the furthest stays', async () => {
    await addMessages(database, directMessage('bob', 'ann', 1000))
    const one = await database.pool.connect()
    await one.query('begin')
    await applyReads(one, [mark('user/bob', 3000)], NOW)

    const other = read(mark('user/bob', 2000))
    await someoneWaits(database.pool)
    await one.query('commit')
    one.release()
    await other

    expect(await marks()).toEqual({ 'ann user/bob': 3000 })
  })
})
