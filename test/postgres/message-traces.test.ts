import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explainMessage } from '../../src/core/reach/explain-message.ts'
import { createMessageTraces } from '../../src/postgres/message-traces.ts'
import { type DirectoryWorld, openDirectoryWorld, refusalOf } from '../support/directory-world.ts'
import { aPolicy } from '../support/reach-world.ts'

const DAY = '2026-11-25'
const FIRST = '00000000-0000-0000-0000-00000000000a'
const SECOND = '00000000-0000-0000-0000-00000000000b'
const at = (time: string) => new Date(`${DAY}T${time}Z`)

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
  await world.addUsers('ann', 'bob')
  await world.pool.query(`
    insert into addresses (id, user_id, channel, provider, token) overriding system value values
      (1, 'ann', 'sms', 'stub', '+4930123456');
    insert into messages (day, id, kind, inbox, gid, from_uid, sent_at, expires_at, app_id, mentions,
        mentions_all, is_silent, is_forced) values
      ('${DAY}', '${FIRST}', 'group-message', 'group/g', 'g', 'bob', '${DAY}T12:00Z', '${DAY}T13:00Z', 'm-1',
        '{ann}', false, false, true),
      ('${DAY}', '${SECOND}', 'direct-message', 'user/ann', null, 'bob', '${DAY}T12:01Z', '${DAY}T13:01Z', 'm-1',
        null, false, true, false),
      ('${DAY}', '00000000-0000-0000-0000-00000000000c', 'direct-message', 'user/ann', null, 'bob',
        '${DAY}T12:02Z', '${DAY}T13:02Z', '${FIRST}', null, false, false, false);
    insert into deliveries (day, message_id, address_id, user_id, device_id, provider, conversation, state, reason,
        is_late, step, decided_at, due_at, expires_at, wake_at, attempt, carrier_day, carrier_id, provider_id,
        finished_at) values
      ('${DAY}', '${FIRST}', 1, 'ann', null, 'stub', 'group/g', 'sent', null, true, 1, '${DAY}T12:00:01Z',
        '${DAY}T12:00:02Z', '${DAY}T13:00Z', '${DAY}T12:00Z', 3, null, null, 'stub-1', '${DAY}T12:00:09Z'),
      ('${DAY}', '${FIRST}', 2, 'zoe', 'zoe-phone', 'stub', 'group/g', 'folded', null, false, 0,
        '${DAY}T12:00:01Z', '${DAY}T12:00:02Z', '${DAY}T13:00Z', '${DAY}T12:00Z', 0, '${DAY}', '${SECOND}', null,
        null);
    insert into attempts values
      ('${DAY}', '${FIRST}', 1, 2, 'unavailable', null, null, '${DAY}T12:00:06Z'),
      ('${DAY}', '${FIRST}', 1, 1, 'unavailable', 'busy', '${DAY}T12:00:05Z', '${DAY}T12:00:03Z');
    insert into unreached values
      ('${DAY}', '${FIRST}', 'muted', 700, '{carl,dora}'),
      ('${DAY}', '${FIRST}', 'online', 1, '{emil}');
    insert into awaited_acks (user_id, message_id, day, sent_at, counts_online) values
      ('emil', '${FIRST}', '${DAY}', '${DAY}T12:00Z', false)`)
})
afterAll(() => world.close())

function find(id: string, uid?: string) {
  const traces = createMessageTraces(world.pool)
  return explainMessage({ traces, policy: aPolicy(), nowMs: at('12:30:00').getTime() }, { id, uid })
}

describe('the trace of a message', () => {
  it('is all that became of it', async () => {
    expect(await find(FIRST.replaceAll('-', ''))).toEqual([
      {
        id: FIRST.replaceAll('-', ''),
        day: DAY,
        kind: 'group-message',
        inbox: 'group/g',
        from: 'bob',
        sentAt: at('12:00:00'),
        expiresAt: at('13:00:00'),
        appId: 'm-1',
        isSilent: false,
        isForced: true,
        mentions: ['ann'],
        mentionsAll: false,
        deliveries: {
          total: 2,
          items: [
            {
              addressId: '1',
              uid: 'ann',
              deviceId: undefined,
              channel: 'sms',
              provider: 'stub',
              state: 'sent',
              reason: undefined,
              isSilent: false,
              isLate: true,
              step: 1,
              decidedAt: at('12:00:01'),
              dueAt: at('12:00:02'),
              expiresAt: at('13:00:00'),
              attempt: 3,
              carrierId: undefined,
              providerId: 'stub-1',
              finishedAt: at('12:00:09'),
              attempts: [
                {
                  attempt: 1,
                  outcome: 'unavailable',
                  reason: 'busy',
                  retryAt: at('12:00:05'),
                  endedAt: at('12:00:03'),
                },
                {
                  attempt: 2,
                  outcome: 'unavailable',
                  reason: undefined,
                  retryAt: undefined,
                  endedAt: at('12:00:06'),
                },
              ],
            },
            expect.objectContaining({
              uid: 'zoe',
              deviceId: 'zoe-phone',
              channel: undefined,
              state: 'folded',
              carrierId: SECOND.replaceAll('-', ''),
              attempts: [],
            }),
          ],
        },
        unreached: [
          { reason: 'muted', recipients: 700, uids: ['carl', 'dora'] },
          { reason: 'online', recipients: 1, uids: ['emil'] },
        ],
        awaited: { items: ['emil'], total: 1 },
      },
    ])
  })

  it('is found by a UUID, and the broker id wins over an app id of that form', async () => {
    const found = await find(FIRST.toUpperCase())

    expect(found.map(({ kind }) => kind)).toEqual(['group-message'])
  })

  it("is found by the app's own id, the newest first where it is used twice", async () => {
    const found = await find('m-1')

    expect(found.map(({ id }) => id.at(-1))).toEqual(['b', 'a'])
  })

  it.each([
    ['ann', { deliveries: 1, unreached: 0, awaited: 0 }],
    ['dora', { deliveries: 0, unreached: 1, awaited: 0 }],
    ['emil', { deliveries: 0, unreached: 1, awaited: 1 }],
    ['bob', { deliveries: 0, unreached: 0, awaited: 0 }],
  ])('is only what concerns %s, where that is asked for', async (uid, counts) => {
    const [trace] = await find(FIRST, uid)

    expect({
      deliveries: trace?.deliveries.total,
      unreached: trace?.unreached.length,
      awaited: trace?.awaited.total,
    }).toEqual(counts)
  })

  it('foretells what becomes of a delivery that waits', async () => {
    const insert = (messageId: string) => `
      insert into deliveries (day, message_id, address_id, user_id, provider, conversation, decided_at, due_at,
        expires_at, wake_at)
      values ('${DAY}', '${messageId}', 1, 'ann', 'stub', 'user/bob', '${DAY}T12:01Z', '${DAY}T12:40Z',
        '${DAY}T13:00Z', '${DAY}T12:40Z')`
    await world.pool.query(insert(SECOND))
    const [before] = await find(SECOND)
    await world.directory.contacts.block('ann', 'bob')
    const [after] = await find(SECOND)
    const [other] = await find(FIRST)

    expect(before?.deliveries.items).toMatchObject([{ prospect: { kind: 'send' } }])
    expect(after?.deliveries.items).toMatchObject([
      { prospect: { kind: 'withdrawn', reason: 'blocked' } },
    ])
    expect(other?.deliveries.items.map(({ prospect }) => prospect)).toEqual([undefined, undefined])
  })

  it.each([
    ['m-2', undefined, 'MESSAGE_NOT_FOUND id'],
    ['0'.repeat(32), undefined, 'MESSAGE_NOT_FOUND id'],
    ['', undefined, 'INVALID_TEXT id'],
    ['a\u0000', undefined, 'INVALID_TEXT id'],
    ['m-1', '#', 'INVALID_IDENTIFIER uid'],
  ])('is none for %j of %j', async (id, uid, refusal) => {
    expect(await refusalOf(find(id, uid))).toBe(refusal)
  })
})
