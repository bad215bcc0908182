import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { composeDirectory } from '../../src/compose/directory.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Directory } from '../../src/core/directory/directory.ts'
import { createCacheClearing } from '../../src/postgres/session-marks.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let directory: Directory

beforeAll(async () => {
  database = await createTestDatabase()
  const config = loadConfig({ flags: {}, env: {}, envFile: {} })
  directory = composeDirectory(database.db, config, () => [])
})
afterAll(() => database.drop())

/** Ann owns the hikers and has two devices, Bob is a member, Eve is in no group; Bob's tablet has no session. */
beforeEach(async () => {
  await database.pool.query(
    'delete from groups; delete from users; delete from deleted_users; delete from broker_sessions',
  )
  const { users, devices, groups, contacts } = directory
  for (const uid of ['ann', 'bob', 'eve']) {
    await users.add({ uid, password: 'correct horse + battery' })
    await devices.add({ uid, clientId: `${uid}s-phone` })
  }
  await devices.add({ uid: 'ann', clientId: 'anns-watch' })
  await devices.add({ uid: 'bob', clientId: 'bobs-tablet' })
  await groups.add({ gid: 'hikers', owner: 'ann', members: ['bob'] })
  await contacts.add('ann', 'eve', 'one-way')
  await database.pool.query(`
    insert into broker_sessions (client_id, user_id, held)
    select id, user_id, case when id <> 'bobs-tablet' then '{}'::text[] end from devices`)
  await database.pool.query('update broker_caches set due_at = null')
})

/** What is to be done where, as words. */
async function marks(): Promise<Readonly<Record<string, string>>> {
  const { rows } = await database.pool.query<{ client_id: string; words: string }>(`
    select client_id, concat_ws(' ', 'due', case when is_urgent then 'urgent' end,
      case when clears_cache then 'clear' end, case when looks then 'look' end,
      case when ends_session then 'end' end) as words
    from broker_sessions where due_at is not null order by client_id`)
  return Object.fromEntries(rows.map(({ client_id, words }) => [client_id, words]))
}

const WITHDRAWN = 'due urgent clear look'
const ENDED = 'due urgent clear look end'
const BOTH_OF_ANN = (words: string) => ({ 'anns-phone': words, 'anns-watch': words })

type Change = (directory: Directory) => Promise<unknown>

describe('a change of rights', () => {
  it.each<[string, Change, Readonly<Record<string, string>>]>([
    [
      'a new member',
      ({ members }) => members.add('hikers', 'eve', 'member'),
      { 'eves-phone': 'due' },
    ],
    [
      'somebody leaves',
      ({ members }) => members.remove('hikers', 'bob'),
      { 'bobs-phone': WITHDRAWN },
    ],
    ['a ban', ({ bans }) => bans.add('hikers', 'bob'), { 'bobs-phone': WITHDRAWN }],
    ['a ban of a stranger', ({ bans }) => bans.add('hikers', 'eve'), { 'eves-phone': WITHDRAWN }],
    [
      'another role',
      ({ members }) => members.setRole('hikers', 'bob', 'admin'),
      { 'bobs-phone': WITHDRAWN },
    ],
    ['the same role', ({ members }) => members.setRole('hikers', 'bob', 'member'), {}],
    [
      'a silenced member',
      ({ members }) => members.silence('hikers', 'bob', new Date(Date.now() + 60_000)),
      { 'bobs-phone': WITHDRAWN },
    ],
    [
      'a group that is dissolved',
      ({ groups }) => groups.remove('hikers'),
      { ...BOTH_OF_ANN(WITHDRAWN), 'bobs-phone': WITHDRAWN },
    ],
    ['a block', ({ contacts }) => contacts.block('ann', 'bob'), { 'bobs-phone': WITHDRAWN }],
    [
      'somebody who is no contact any more',
      ({ contacts }) => contacts.remove('ann', 'eve', 'one-way'),
      { 'eves-phone': WITHDRAWN },
    ],
    [
      'a revoked device',
      ({ devices }) => devices.revoke('anns-watch'),
      { 'anns-watch': WITHDRAWN },
    ],
    ['a restored device', ({ devices }) => devices.restore('anns-watch'), {}],
    ['a removed device', ({ devices }) => devices.remove('anns-watch'), { 'anns-watch': ENDED }],
    [
      'withdrawn secrets',
      ({ devices }) => devices.withdrawSecrets('anns-watch', 'all'),
      { 'anns-watch': ENDED },
    ],
    ['a disabled user', ({ users }) => users.disable('ann'), BOTH_OF_ANN(WITHDRAWN)],
    ['a user who is enabled', ({ users }) => users.enable('ann'), {}],
    [
      'another password',
      ({ users }) => users.setPassword('ann', 'incorrect horse + battery'),
      BOTH_OF_ANN(ENDED),
    ],
    ['no password', ({ users }) => users.removePassword('ann'), BOTH_OF_ANN(ENDED)],
    [
      'a rule for a user that denies',
      ({ rules }) =>
        rules.add({
          effect: 'deny',
          action: 'all',
          filter: 'iot/#',
          scope: { kind: 'user', uid: 'bob' },
        }),
      { 'bobs-phone': WITHDRAWN },
    ],
    [
      'a rule for a group that denies',
      ({ rules }) =>
        rules.add({
          effect: 'deny',
          action: 'all',
          filter: 'iot/#',
          scope: { kind: 'group', gid: 'hikers' },
        }),
      { ...BOTH_OF_ANN(WITHDRAWN), 'bobs-phone': WITHDRAWN },
    ],
    [
      'a rule that allows',
      ({ rules }) =>
        rules.add({
          effect: 'allow',
          action: 'all',
          filter: 'iot/#',
          scope: { kind: 'user', uid: 'bob' },
        }),
      {},
    ],
  ])('marks the sessions that it is about: %s', async (_, change, expected) => {
    await change(directory)

    expect(await marks()).toEqual(expected)
  })

  it('marks the sessions of a user who is removed, and forgets that there was none', async () => {
    await directory.users.remove('bob')

    expect(await marks()).toEqual({ 'bobs-phone': ENDED })
    const { rows } = await database.pool.query(
      `select from broker_sessions where client_id = 'bobs-tablet'`,
    )
    expect(rows).toEqual([])
  })

  it('marks another profile', async () => {
    await database.pool.query(
      `update devices set subscription_profile = 'direct' where id = 'anns-watch'`,
    )

    expect(await marks()).toEqual({ 'anns-watch': 'due' })
  })

  it('ends sessions that nobody has heard of, where a login is not worth anything any more', async () => {
    await database.pool.query(`delete from broker_sessions where client_id = 'bobs-phone'`)

    await directory.users.setPassword('bob', 'incorrect horse + battery')
    await directory.devices.withdrawSecrets('eves-phone', 'all')

    expect(await marks()).toEqual({
      'bobs-phone': ENDED,
      'bobs-tablet': ENDED,
      'eves-phone': ENDED,
    })
  })

  it('marks nothing where a secret is tidied away that has expired', async () => {
    await database.pool.query(
      `update device_secrets set expires_at = now() - interval '1 s' where device_id = 'anns-watch'`,
    )

    await directory.devices.addSecret('anns-watch')

    expect(await marks()).toEqual({})
  })

  it('for everyone has the broker forget all verdicts, and looks at who asked for topics', async () => {
    await database.pool.query(
      `update broker_sessions set own_filters = 1 where client_id = 'bobs-phone'`,
    )
    const caches = createCacheClearing(database.pool)
    const rule = { action: 'all', filter: 'iot/#', scope: { kind: 'everyone' } } as const

    const { id } = await directory.rules.add({ ...rule, effect: 'allow' })

    expect(await caches.take(1_000)).toBeUndefined()
    await directory.rules.remove(id)

    expect(await marks()).toEqual({ 'bobs-phone': WITHDRAWN })
    expect(await caches.take(1_000)).toBeDefined()
  })

  it('that is rolled back marks nothing', async () => {
    const client = await database.pool.connect()
    await client.query(`begin; delete from memberships where user_id = 'bob'; rollback`)
    client.release()

    expect(await marks()).toEqual({})
  })

  it('rings once for a statement, and not where nothing was marked', async () => {
    const client = await database.pool.connect()
    const heard: string[] = []
    client.on('notification', ({ channel }) => heard.push(channel))
    await client.query('listen herald_sessions')

    await directory.members.setRole('hikers', 'bob', 'member')
    await directory.groups.remove('hikers')
    await client.query('select 1')
    client.release(true)

    expect(heard).toEqual(['herald_sessions'])
  })
})
