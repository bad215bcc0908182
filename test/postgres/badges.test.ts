import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { countBadges, DIRECT_LOOK_BACK_MAX } from '../../src/postgres/badges.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  addMessages,
  directMessage,
  groupMessage,
  type MessageRow,
} from '../support/message-rows.ts'
import { inTransaction } from '../support/presence-world.ts'
import { sized } from '../support/size.ts'

const NOW = Date.UTC(2026, 10, 25, 12)
/** Messages of two days, so that a count has to look into both. */
const TIMES = [0, 1, 2, 3].map((n) => NOW - n * 40_000_000)

const USERS = ['ann', 'bob', 'eve'] as const
const GROUPS = ['g', 'h'] as const
const CONVERSATIONS = ['user/ann', 'user/bob', 'user/eve', 'group/g', 'group/h'] as const

interface Setting {
  readonly notify: 'all' | 'mentions' | 'none' | null
  readonly mutedUntil: number | null
}

interface World {
  readonly messages: readonly MessageRow[]
  readonly members: readonly {
    readonly uid: string
    readonly gid: string
    readonly since: number
  }[]
  readonly marks: readonly Placed<{ readonly readAt: number }>[]
  readonly accounts: readonly ({ readonly uid: string } & Setting)[]
  readonly conversations: readonly Placed<Setting>[]
}

type Placed<Of> = Of & { readonly uid: string; readonly conversation: string }

const uid = fc.constantFrom(...USERS)
const time = fc.constantFrom(...TIMES)
const conversation = fc.constantFrom(...CONVERSATIONS)
const notify = fc.constantFrom('all', 'mentions', 'none', null)
const mutedUntil = fc.constantFrom(NOW - 1, NOW, NOW + 1, null)
const message = fc.oneof(
  fc.tuple(uid, uid, time).map((args) => directMessage(...args)),
  fc.tuple(uid, fc.constantFrom(...GROUPS), time).map((args) => groupMessage(...args)),
  uid.map((from) => ({ ...directMessage(from, 'ann', NOW), kind: 'friend-request' })),
)
const someMessages = fc.tuple(message, fc.constantFrom(1, 1, 1, 1, 1, 60))

const worlds: fc.Arbitrary<World> = fc.record({
  messages: fc
    .array(someMessages, { maxLength: 12 })
    .map((all) => all.flatMap(([one, times]) => Array.from({ length: times }, () => one))),
  members: unique(fc.record({ uid, gid: fc.constantFrom(...GROUPS), since: time }), 'gid'),
  marks: unique(fc.record({ uid, conversation, readAt: time }), 'conversation'),
  accounts: unique(
    fc.record({ uid, notify: fc.constantFrom('all', 'mentions', 'none'), mutedUntil }),
    'uid',
  ),
  conversations: unique(fc.record({ uid, conversation, notify, mutedUntil }), 'conversation'),
})

function unique<Of extends { readonly uid: string }>(one: fc.Arbitrary<Of>, key: keyof Of) {
  return fc.uniqueArray(one, { maxLength: 8, selector: (row) => `${row.uid} ${String(row[key])}` })
}

/** The rules again, for one user, one message after the other. */
function naiveBadge(world: World, user: string): number {
  const account = world.accounts.find((one) => one.uid === user)
  const unread = world.messages.filter(({ kind, inbox, from, sentAt }) => {
    const isDirect = kind === 'direct-message' && inbox === `user/${user}`
    const member = world.members.find((one) => one.uid === user && `group/${one.gid}` === inbox)
    const isGroup = kind === 'group-message' && member !== undefined && sentAt > member.since
    if (from === user || !(isDirect || isGroup)) return false
    const isHere = (one: Placed<unknown>) =>
      one.uid === user && one.conversation === (isDirect ? `user/${from}` : inbox)
    const setting = world.conversations.find(isHere)
    const isOff = (setting?.notify ?? account?.notify) === 'none'
    const isMuted = (setting?.mutedUntil ?? account?.mutedUntil ?? 0) > NOW
    const readAt = world.marks.find(isHere)?.readAt ?? 0
    return sentAt > readAt && !isOff && !isMuted
  })
  return Math.min(99, unread.length)
}

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(clear)

async function clear(): Promise<void> {
  for (const table of ['messages', 'users', 'groups']) {
    await database.pool.query(`delete from ${table}`)
  }
  await database.pool.query('insert into users (id) select unnest($1::text[])', [USERS])
  await database.pool.query('insert into groups (id) select unnest($1::text[])', [GROUPS])
}

async function fill(world: World): Promise<void> {
  await addMessages(database, ...world.messages)
  const inserts: readonly (readonly [string, readonly unknown[]])[] = [
    [
      'memberships (user_id, group_id, joined_at) select uid, gid, to_timestamp(since / 1000)',
      world.members,
    ],
    ['read_marks select uid, conversation, to_timestamp("readAt" / 1000)', world.marks],
    [
      'preferences (user_id, notify, muted_until) select uid, notify, to_timestamp("mutedUntil" / 1000)',
      world.accounts,
    ],
    [
      'conversation_preferences select uid, conversation, notify, to_timestamp("mutedUntil" / 1000)',
      world.conversations,
    ],
  ]
  for (const [insert, rows] of inserts) {
    await database.pool.query(
      `insert into ${insert} from json_to_recordset($1) r (uid text, gid text, since float8,
        conversation text, "readAt" float8, notify text, "mutedUntil" float8)`,
      [JSON.stringify(rows)],
    )
  }
}

function badges(...uids: readonly string[]) {
  return inTransaction(database, (client) => countBadges(client, uids, NOW))
}

const NOTHING: World = { messages: [], members: [], marks: [], accounts: [], conversations: [] }

describe('badges', () => {
  it('are what one would count by hand', async () => {
    const property = fc.asyncProperty(worlds, async (world) => {
      await clear()
      await fill(world)

      const counted = await badges(...USERS)

      for (const user of USERS) expect(counted.get(user), user).toBe(naiveBadge(world, user))
    })

    await fc.assert(property, { seed: 5, numRuns: sized(100, 2000) })
  })

  it('are none of a user of whom nothing is known', async () => {
    expect(await badges('nobody', 'nobody')).toEqual(new Map([['nobody', 0]]))
    expect(await badges()).toEqual(new Map())
  })

  it('end at 99', async () => {
    const many = Array.from({ length: 100 }, (_, n) => directMessage('bob', 'ann', NOW + n))
    await fill({ ...NOTHING, messages: many })

    expect((await badges('ann')).get('ann')).toBe(99)
  })

  it('look at the newest direct messages only', async () => {
    const many = Array.from({ length: DIRECT_LOOK_BACK_MAX - 1 }, (_, n) =>
      directMessage('bob', 'ann', NOW - 1000 + n),
    )
    await fill({
      ...NOTHING,
      messages: [
        directMessage('eve', 'ann', NOW - 3000),
        directMessage('eve', 'ann', NOW - 2000),
        ...many,
      ],
      marks: [{ uid: 'ann', conversation: 'user/bob', readAt: NOW }],
    })

    expect((await badges('ann')).get('ann')).toBe(1)
  })
})
