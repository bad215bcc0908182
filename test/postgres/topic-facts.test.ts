import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TopicFacts, TopicFactsQuestion } from '../../src/core/access/topic-facts.ts'
import type { TopicFactsSource } from '../../src/core/ports/topic-ports.ts'
import { COALESCE_LIMITS } from '../../src/postgres/coalesce.ts'
import { createTopicFactsSource } from '../../src/postgres/topic-facts.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let facts: TopicFactsSource
const batchSizes: number[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  facts = createTopicFactsSource(database.pool, COALESCE_LIMITS, (size) => batchSizes.push(size))
  await database.pool.query(`
    insert into users (id, contact_policy, disabled_at) values
      ('ann', null, null), ('bob', 'contacts', null), ('carol', 'everyone', null), ('dan', null, now()),
      ('eve', 'contacts', null), ('fay', 'everyone', null), ('gil', null, null);
    insert into deleted_users (id) values ('gone');
    insert into devices (id, user_id, revoked_at) values
      ('a1', 'ann', null), ('a2', 'ann', now()), ('b1', 'bob', null), ('d1', 'dan', null);
    insert into contacts (user_id, contact_id) values ('bob', 'ann'), ('gil', 'ann');
    insert into blocks (user_id, blocked_id) values ('carol', 'ann'), ('gil', 'ann');
    insert into groups (id, invite_policy) values ('open', 'members'), ('strict', 'admins');
    insert into memberships (group_id, user_id, role, silenced_until) values
      ('open', 'ann', 'owner', null), ('open', 'bob', 'admin', now() - interval '1 s'),
      ('open', 'carol', 'member', now() + interval '1 h'), ('open', 'dan', 'member', 'infinity'),
      ('strict', 'ann', 'member', null);
    insert into group_bans (group_id, user_id) values ('strict', 'bob')`)
})

afterAll(() => database.drop())

describe('topic facts', () => {
  it.each<[string, string, TopicFacts['user'], TopicFacts['device']]>([
    ['ann', 'a1', 'active', 'own'],
    ['ann', 'a2', 'active', 'revoked'],
    ['ann', 'b1', 'active', 'foreign'],
    ['ann', 'zz', 'active', 'unknown'],
    ['dan', 'd1', 'disabled', 'own'],
    ['gone', 'a1', 'deleted', 'foreign'],
    ['dan', 'a1', 'disabled', 'foreign'],
    ['dan', 'zz', 'disabled', 'unknown'],
    ['gone', 'zz', 'deleted', 'unknown'],
    ['nobody', 'a1', 'unknown', 'foreign'],
    ['nobody', 'zz', 'unknown', 'unknown'],
  ])('say of %s on %s: %s, %s', async (uid, clientId, user, device) => {
    const read = await facts.ask(about(uid, { clientId }))

    expect([read.user, read.device]).toEqual([user, device])
  })

  it.each([
    ['bob', { relation: 'contact', contactPolicy: undefined }],
    ['carol', { relation: 'blocking', contactPolicy: undefined }],
    ['dan', { relation: 'stranger', contactPolicy: undefined }],
    ['eve', { relation: 'stranger', contactPolicy: 'contacts' }],
    ['fay', { relation: 'stranger', contactPolicy: 'everyone' }],
    ['gil', { relation: 'blocking', contactPolicy: undefined }],
    ['nobody', { relation: 'absent', contactPolicy: undefined }],
    ['', { relation: 'absent', contactPolicy: undefined }],
  ] as const)('say of %s as recipient of ann: %j', async (to, expected) => {
    const read = await facts.ask(about('ann', { subject: { kind: 'recipient', to } }))

    expect(read.recipient).toEqual(expected)
    expect(read.group).toBeUndefined()
  })

  it('say that nobody is in the contacts of those who are in theirs', async () => {
    const read = await facts.ask(about('bob', { subject: { kind: 'recipient', to: 'ann' } }))

    expect(read.recipient?.relation).toBe('stranger')
  })

  it.each([
    ['ann', 'open', { exists: true, role: 'owner', isSilenced: false, isBanned: false }],
    ['bob', 'open', { exists: true, role: 'admin', isSilenced: false, isBanned: false }],
    ['carol', 'open', { exists: true, role: 'member', isSilenced: true, isBanned: false }],
    ['dan', 'open', { exists: true, role: 'member', isSilenced: true, isBanned: false }],
    ['bob', 'strict', { exists: true, role: undefined, isSilenced: false, isBanned: true }],
    ['carol', 'strict', { exists: true, role: undefined, isSilenced: false, isBanned: false }],
    ['ann', 'none', { exists: false, role: undefined, isSilenced: false, isBanned: false }],
    ['ann', '', { exists: false, role: undefined, isSilenced: false, isBanned: false }],
  ] as const)('say of %s in %s: %j', async (uid, gid, expected) => {
    const read = await facts.ask(about(uid, { subject: { kind: 'group', gid } }))

    expect(read.group).toEqual({ ...expected, invitePolicy: 'members' })
    expect(read.recipient).toBeUndefined()
  })

  it.each([
    ['open', 'members'],
    ['strict', 'admins'],
  ] as const)('say of an invitation to %s that %s may invite', async (gid, invitePolicy) => {
    const read = await facts.ask(about('ann', { subject: { kind: 'invitation', gid } }))

    expect(read.group?.invitePolicy).toBe(invitePolicy)
  })

  it('name those of the rules’ groups that the user is in, for each question its own', async () => {
    const questions = [
      about('ann', { ruleGids: ['none', 'strict', 'open'] }),
      about('bob', {}),
      about('bob', { ruleGids: ['strict', 'open'] }),
    ]

    const read = await Promise.all(questions.map(facts.ask))

    expect(read.map(({ ruleGids }) => ruleGids)).toEqual([['strict', 'open'], [], ['open']])
  })

  it('give each of many questions at once its own answer, in few queries', async () => {
    batchSizes.length = 0
    const uids = ['ann', 'bob', 'carol', 'dan', 'nobody']
    const questions = Array.from({ length: 1_000 }, (_, n) =>
      about(uids[n % 5] ?? '', {
        subject: { kind: 'group', gid: n % 3 === 0 ? 'open' : 'strict' },
      }),
    )
    const alone = new Map<string, TopicFacts>()
    for (const question of questions.slice(0, 15)) {
      alone.set(JSON.stringify(question), await facts.ask(question))
    }
    batchSizes.length = 0

    const together = await Promise.all(questions.map(facts.ask))

    expect(together).toEqual(questions.map((question) => alone.get(JSON.stringify(question))))
    expect(batchSizes.length).toBeLessThan(10)
  })

  it('carry the version of the ACL rules, which every change of a rule raises', async () => {
    const before = await facts.ask(about('ann', {}))

    await database.pool.query(
      "insert into acl_rules (effect, action, filter) values ('allow', 'all', 'x'), ('deny', 'all', 'y')",
    )
    const added = await facts.ask(about('ann', {}))
    await database.pool.query('delete from acl_rules')
    const removed = await facts.ask(about('ann', {}))

    expect(added.rulesVersion).toBeGreaterThan(before.rulesVersion)
    expect(removed.rulesVersion).toBeGreaterThan(added.rulesVersion)
  })

  it('take names for text, whatever is in them', async () => {
    const odd = ['a,b', '{a}', '"', '\\', "'; drop table users; --", 'null', 'ü€𝒳', ' ']
    await database.pool.query('insert into users (id) select unnest($1::text[])', [odd])

    const read = await Promise.all(odd.map((uid) => facts.ask(about(uid, {}))))

    expect(read.map(({ user }) => user)).toEqual(odd.map(() => 'active'))
  })
})

function about(uid: string, question: Partial<TopicFactsQuestion>): TopicFactsQuestion {
  return { uid, clientId: 'none', subject: { kind: 'nothing' }, ruleGids: [], ...question }
}
