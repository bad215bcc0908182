import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Doorbell, Doorbells } from '../../src/core/ports/sql.ts'
import type { ReadUpTo } from '../../src/core/reach/read-mark.ts'
import { createReadMarker } from '../../src/postgres/read-marker.ts'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'

const DAY = '2026-11-25'
const SENT_AT = Date.parse(`${DAY}T12:00:00Z`)
const NOW = Date.parse(`${DAY}T12:30:00Z`)
const ID = '00000000-0000-0000-0000-00000000000a'

let world: DirectoryWorld
let rung: Doorbell[]

const doorbells: Doorbells = {
  async ring(transaction, bells) {
    // Inside the transaction: it sees what is not committed yet.
    const { rows } = await transaction.executeSql('select from read_marks where user_id = $1', [
      'ann',
    ])
    if (rows.length === 1) rung.push(...bells)
  },
}

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(async () => {
  rung = []
  await world.clear()
  await world.pool.query('delete from messages')
  await world.addUsers('ann', 'bob')
  for (const clientId of ['phone', 'tablet']) {
    await world.directory.devices.add({ uid: 'ann', clientId })
    const token = `stub-${clientId}`
    await world.directory.addresses.add({ channel: 'push', clientId, provider: 'stub', token })
  }
  await world.pool.query(`
    insert into messages (day, id, kind, inbox, from_uid, sent_at, expires_at, app_id) values
      ('${DAY}', '${ID}', 'direct-message', 'user/ann', 'bob', '${DAY}T12:00Z', '${DAY}T13:00Z', 'm-1');
    insert into conversation_slots (address_id, conversation, state, carrier_day, carrier_id, is_silent, due_at,
        newest_day, newest_id, newest_at, messages, expires_at, sent_at)
    select id, 'user/bob', 'sent', '${DAY}', '${ID}', false, '${DAY}T12:00Z', '${DAY}', '${ID}', '${DAY}T12:00Z', 1,
        '${DAY}T13:00Z', '${DAY}T12:00Z' from addresses`)
})
afterAll(() => world.close())

function mark(uid: string, upTo: ReadUpTo, deviceId?: string) {
  const request = { uid, conversation: 'user/bob', upTo, deviceId, nowMs: NOW }
  return createReadMarker(world.pool, doorbells).mark(request)
}

async function marks(): Promise<readonly unknown[]> {
  const { rows } = await world.pool.query('select user_id, conversation, read_at from read_marks')
  return rows
}

describe('a read marker', () => {
  it('writes the mark and rings for those who clear what is shown, in one transaction', async () => {
    const marked = await mark('ann', { kind: 'message', appId: 'm-1' }, 'phone')

    expect(marked).toMatchObject({ uid: 'ann', conversation: 'user/bob', readAt: SENT_AT })
    expect(await marks()).toEqual([
      { user_id: 'ann', conversation: 'user/bob', read_at: new Date(SENT_AT) },
    ])
    expect(rung).toEqual([{ provider: 'stub', deliveries: 1 }])
  })

  it('knows who is no user, and what is no message', async () => {
    expect(await mark('zoe', { kind: 'time', at: NOW })).toBe('unknown-user')
    expect(await mark('ann', { kind: 'message', appId: 'm-2' })).toBe('unknown-message')
    expect(await marks()).toEqual([])
  })

  it('writes nothing where nobody can be rung for', async () => {
    const broken: Doorbells = {
      ring: async () => {
        throw new Error('no bell')
      },
    }
    const request = { uid: 'ann', conversation: 'user/bob', deviceId: undefined, nowMs: NOW }

    const marking = createReadMarker(world.pool, broken).mark({
      ...request,
      upTo: { kind: 'time', at: NOW },
    })

    await expect(marking).rejects.toThrow('no bell')
    expect(await marks()).toEqual([])
  })
})
