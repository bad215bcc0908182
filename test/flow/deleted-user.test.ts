import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePartitions } from '../../src/postgres/partitions.ts'
import { createUserEraser } from '../../src/postgres/user-eraser.ts'
import { createQueue } from '../../src/queue/queue.ts'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import type { Sql } from '../support/delivery-rows.ts'
import { befriend, DAY, idOf, live, message, OLD_DAY, QUINN } from '../support/left-traces.ts'
import { KEPT, NAMELESS, NAMING, PENDING } from '../support/text-columns.ts'
import { tracesOf } from '../support/traces.ts'

const QUIET = { info() {}, warn() {} }
const DAY_MS = 86_400_000

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld()
  await makePartitions(world.pool, Date.now(), QUIET)
})
afterAll(() => world.close())

/** So few rows in a transaction that each table takes several. */
const ROWS_MAX = 1
const erase = (afterMs = 1_000) =>
  createUserEraser(world.pool, world.db, QUIET, ROWS_MAX).erase(Date.now() + afterMs)
const sql: Sql = async (text, ...values) => (await world.pool.query(text, values)).rows

const TEXT_COLUMNS = `
select table_name || '.' || column_name as place
from information_schema.columns
where table_schema = 'public' and data_type in ('text', 'jsonb', 'json', 'bytea', 'ARRAY', 'character varying')
  and not exists (select from pg_class p where p.oid = table_name::regclass and p.relispartition)`

describe('the columns that hold texts', () => {
  it('are known, each as one that can name a user or can’t', async () => {
    const places = (await sql(TEXT_COLUMNS)).map(({ place }) => place)

    expect(places.sort()).toEqual([...NAMING, ...PENDING, ...KEPT, ...NAMELESS].sort())
  })
})

describe('deleting a user', () => {
  it('leaves their uid nowhere but in the tombstone and the audit log', async () => {
    const { host, port, database, user } = world.address
    const connection = { host, port, database, user, ssl: false } as const
    const queue = createQueue({ connection, log: QUIET, roles: [], connectionsMax: 1 })
    await queue.start()
    await befriend(world)
    await live(sql)
    const before = new Set((await tracesOf(world.pool, QUINN)).map(withoutDay))

    const { status } = await world.call(`DELETE /v1/users/${QUINN}`)
    const erased = await erase()
    const after = await tracesOf(world.pool, QUINN)
    const queues = await tracesOf(world.pool, 'deliver')
    await queue.stop(1_000)

    expect(NAMING.filter((place) => !before.has(place))).toEqual([])
    expect({ status, erased }).toEqual({ status: 204, erased: 1 })
    expect(after).toEqual(KEPT)
    // The queue's tables are looked into as well.
    expect(queues).toContain('herald_queue.queue.name')
  }, 20_000)

  it('puts one pseudonym in their place, where it is about what others have', async () => {
    const [tombstone] = await sql('select pseudonym from deleted_users where id = $1', QUINN)
    const pseudonym = tombstone?.pseudonym
    const messages = await sql(
      'select id, from_uid, mentions, content from messages where day = $1 order by id',
      OLD_DAY,
    )

    expect(pseudonym).toMatch(/^deleted-[0-9a-f-]{36}$/)
    expect(messages).toEqual([
      { id: idOf(1), from_uid: pseudonym, mentions: null, content: { body: 'hello' } },
      { id: idOf(3), from_uid: 'bob', mentions: ['bob', pseudonym], content: { body: 'hello' } },
      { id: idOf(4), from_uid: pseudonym, mentions: null, content: { body: 'hello' } },
    ])
    expect(await sql('select conversation from deliveries where day = $1 order by 1', DAY)).toEqual(
      [{ conversation: `user/${pseudonym}` }, { conversation: `user/${pseudonym}/application` }],
    )
    expect(await sql('select conversation from conversation_slots')).toEqual([
      { conversation: `user/${pseudonym}` },
    ])
    expect(await sql('select conversation from read_marks')).toEqual([
      { conversation: `user/${pseudonym}` },
    ])
    expect(await sql('select uids from unreached where day = $1', DAY)).toEqual([
      { uids: ['cleo', pseudonym] },
    ])
    expect(await sql('select subject from send_counts')).toEqual([{ subject: 'bob' }])
    expect(await sql('select from attempts')).toEqual([])
    expect((await sql('select filter from acl_rules')).map(({ filter }) => filter)).toEqual([])
  })

  it('looks again a day later, for what the broker reported late, and forgets the pseudonym', async () => {
    await message(sql, DAY, 6, 'direct-message', 'user/bob', QUINN)

    const soon = await erase()
    const late = await erase(DAY_MS + 2_000)
    const never = await erase(3 * DAY_MS)

    expect([soon, late, never]).toEqual([0, 1, 0])
    expect(await tracesOf(world.pool, QUINN)).toEqual(KEPT)
    expect(await sql('select pseudonym, erase_at from deleted_users')).toEqual([
      { pseudonym: null, erase_at: null },
    ])
  })

  it('keeps the uid from being made again until it is released', async () => {
    const refused = await world.call('POST /v1/users', { uid: QUINN })
    const listed = await world.call('GET /v1/deleted-users')
    const released = await world.call(`DELETE /v1/deleted-users/${QUINN}`)
    const again = await world.call(`DELETE /v1/deleted-users/${QUINN}`)
    const made = await world.call('POST /v1/users', { uid: QUINN })

    expect(refused.body.code).toBe('USER_DELETED')
    expect(listed.body.items).toMatchObject([{ uid: QUINN }])
    expect([released.status, again.status, made.status]).toEqual([204, 404, 201])
    expect(await sql('select from deleted_users')).toEqual([])
  })

  it('leaves alone what a new user of the same uid has done since', async () => {
    await world.call(`DELETE /v1/users/${QUINN}`)
    await world.call(`DELETE /v1/deleted-users/${QUINN}`)
    const made = await world.call('POST /v1/users', { uid: QUINN })
    await message(sql, OLD_DAY, 7, 'direct-message', 'user/bob', QUINN)
    await message(sql, OLD_DAY, 8, 'direct-message', 'user/bob', QUINN)
    await sql('update messages set sent_at = now() where id = $1', idOf(8))

    const erased = await erase()
    const senders = await sql('select from_uid from messages where id = any($1) order by id', [
      idOf(7),
      idOf(8),
    ])
    await erase(DAY_MS + 2_000)

    expect([made.status, erased]).toEqual([201, 1])
    expect(senders).toEqual([{ from_uid: expect.stringMatching(/^deleted-/) }, { from_uid: QUINN }])
    expect(await sql('select from deleted_users')).toEqual([])
  })
})

describe('users who are deleted together', () => {
  it('are looked for once, whoever looks, and each has a pseudonym of their own', async () => {
    for (const uid of ['una', 'vic']) await world.directory.users.add({ uid })
    await message(sql, OLD_DAY, 9, 'group-message', 'group/hikers', 'una', 'vic')
    for (const uid of ['una', 'vic']) await world.call(`DELETE /v1/users/${uid}`)

    const looked = await Promise.all([erase(), erase(), erase()])
    const [row] = await sql('select from_uid, mentions from messages where id = $1', idOf(9))
    const tombstones = await sql('select id, pseudonym from deleted_users order by id')
    const [una, vic] = tombstones.map(({ pseudonym }) => pseudonym)

    expect(looked.sort()).toEqual([0, 0, 2])
    expect(row).toEqual({ from_uid: una, mentions: ['bob', vic] })
    expect(una).not.toBe(vic)
  })
})

/** Of a partition its table. */
function withoutDay(place: string): string {
  return place.replace(/_(?:\d{8}|default)\./, '.')
}
