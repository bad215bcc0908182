import { afterAll, beforeAll, expect, it } from 'vitest'
import { sweepRequests } from '../../src/postgres/request-sweeper.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const NOON = new Date('2026-11-25T12:00:00Z')
const DAY_MS = 86_400_000

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('requests that nobody decided expire, and those that were decided long ago are forgotten', async () => {
  await database.pool.query(
    `insert into users (id) select unnest('{ann,late,early,old,new}'::text[])`,
  )
  await database.pool.query(
    `insert into requests (kind, from_uid, to_uid, state, created_at, asked_at, expires_at, decided_at)
     select 'friend-request', uid, 'ann', state, $1, $1, $1::timestamptz + expires, $1::timestamptz + decided
     from (values ('late', 'open', interval '0', null),
       ('early', 'open', interval '1 ms', null),
       ('old', 'accepted', interval '1 day', - interval '7 days'),
       ('new', 'declined', interval '1 day', - interval '6 days')) r (uid, state, expires, decided)`,
    [NOON],
  )
  await database.pool.query(
    `insert into announcements (request_id, topic, payload, wake_at, expires_at)
     select id, 't', '{}', $1, expires_at from requests where from_uid in ('late', 'early')`,
    [NOON],
  )

  await sweepRequests(database.pool, NOON, new Date(NOON.getTime() - 7 * DAY_MS))

  const { rows } = await database.pool.query(
    `select from_uid, state, decided_at, (select count(*)::int from announcements a where a.request_id = r.id) as told
     from requests r order by id`,
  )
  expect(rows).toEqual([
    { from_uid: 'late', state: 'expired', decided_at: NOON, told: 0 },
    { from_uid: 'early', state: 'open', decided_at: null, told: 1 },
    {
      from_uid: 'new',
      state: 'declined',
      decided_at: new Date(NOON.getTime() - 6 * DAY_MS),
      told: 0,
    },
  ])
})
