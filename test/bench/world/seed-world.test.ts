import { hash } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXPECT, type HookQuestion } from '../../../bench/load/request-pool.ts'
import { loginQuestion } from '../../../bench/world/login-questions.ts'
import { createRandom } from '../../../bench/world/random.ts'
import { seedWorld } from '../../../bench/world/seed-world.ts'
import { topicQuestion } from '../../../bench/world/topic-questions.ts'
import { createWorld } from '../../../bench/world/world.ts'
import { createAclRuleBook } from '../../../src/core/access/acl-rule-book.ts'
import { createTopicAccess } from '../../../src/core/access/topic-access.ts'
import type { TopicVerdict } from '../../../src/core/access/topic-question.ts'
import { createAclRuleSource } from '../../../src/postgres/acl-rule-source.ts'
import { COALESCE_LIMITS } from '../../../src/postgres/coalesce.ts'
import { createTopicFactsSource } from '../../../src/postgres/topic-facts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { sized } from '../../support/size.ts'

const SCALE = 0.001
const world = createWorld(SCALE)
let database: TestDatabase
let indexesBefore: readonly string[]

async function indexes(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ indexdef: string }>(
    `select indexdef from pg_indexes where schemaname = 'public' order by indexdef`,
  )
  return rows.map(({ indexdef }) => indexdef)
}

async function count(sql: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: string }>(`select count(*) as count ${sql}`)
  return Number(rows[0]?.count)
}

beforeAll(async () => {
  database = await createTestDatabase()
  indexesBefore = await indexes()
  // Switching off the look-ups of foreign keys takes a superuser.
  const client = new Client({ ...database.address, user: 'postgres' })
  await client.connect()
  await seedWorld(client, SCALE, 'no hash at all', () => {})
  await client.end()
})

afterAll(() => database.drop())

describe('the seeded world', () => {
  it('has as many of everything as its scale says', async () => {
    const { users, devices, groups, memberships, contacts, blocks, rules, crowd } = world.size

    expect(await count('from users')).toBe(users)
    expect(await count('from devices')).toBe(devices)
    expect(await count('from groups')).toBe(groups + 1)
    expect(await count('from memberships')).toBe(memberships + crowd)
    expect((await count('from contacts')) + (await count('from blocks'))).toBe(contacts + blocks)
    expect(await count('from acl_rules')).toBe(rules)
    expect(await count(`from memberships where role = 'owner'`)).toBe(groups + 1)
    expect(await count('from addresses')).toBe(devices)
    expect(await count('from device_presence where is_online')).toBe(devices / 2)
  })

  it('points nowhere but to rows that are there, though nobody looked while it was made', async () => {
    const { rows } = await database.pool.query<{ name: string; child: string; parent: string }>(
      `select conname as name, conrelid::regclass::text as child, pg_get_constraintdef(oid) as parent
       from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
    )
    expect(rows.length).toBeGreaterThan(8)
    for (const { child, parent } of rows) {
      const [, column, table, key] =
        /FOREIGN KEY \((\w+)\) REFERENCES (\w+)\((\w+)\)/.exec(parent) ?? []
      const orphans = `from ${child} c where c.${column} is not null
        and not exists (select from ${table} p where p.${key} = c.${column})`

      expect({ child, column, orphans: await count(orphans) }).toEqual({
        child,
        column,
        orphans: 0,
      })
    }
  })

  it('ends with the indexes that the migrations made', async () => {
    expect(await indexes()).toEqual(indexesBefore)
  })

  it('is answered by Herald as the questions expect, with allows and denies of each kind', async () => {
    const { mayUseTopic } = createTopicAccess({
      facts: createTopicFactsSource(database.pool, COALESCE_LIMITS),
      rules: createAclRuleBook(createAclRuleSource(database.pool)),
      policy: { contactPolicy: 'contacts', groupSubscription: 'all', strangers: 'deny' },
    })
    const random = createRandom(20261123)
    const questions = Array.from({ length: sized(3_000, 50_000) }, () =>
      topicQuestion(world, random),
    )

    const ask = ({ fields: { username = '', clientid = '', action, topic = '' } }: HookQuestion) =>
      mayUseTopic({
        uid: username,
        clientId: clientid,
        action: action === 'publish' ? 'publish' : 'subscribe',
        topic,
        retain: false,
      })
    const verdicts: TopicVerdict[] = []
    // All at once would be more than may wait for Postgres.
    while (verdicts.length < questions.length) {
      const next = questions.slice(verdicts.length, verdicts.length + COALESCE_LIMITS.waitingMax)
      verdicts.push(...(await Promise.all(next.map(ask))))
    }

    const wrong = questions.filter(
      ({ expected }, index) => (verdicts[index]?.kind === 'allow') !== (expected === EXPECT.allow),
    )
    expect(wrong).toEqual([])
    const reasons = new Set(verdicts.map((one) => (one.kind === 'deny' ? one.reason : one.kind)))
    expect(reasons).toEqual(
      new Set(['allow', 'not-a-member', 'silenced', 'acl-rule', 'not-a-contact', 'blocked']),
    )
  })

  it('knows the secret of every device that logs in', async () => {
    const random = createRandom(20261123)

    for (let index = 0; index < 50; index++) {
      const { fields } = loginQuestion('secret', world, random, index)
      const { clientid = '', username = '', password = '' } = fields
      const known = `from device_secrets s join devices d on d.id = s.device_id
        where d.id = '${clientid}' and d.user_id = '${username}'
          and s.digest = '${hash('sha256', password, 'base64url')}'`

      expect({ clientid, known: await count(known) }).toEqual({ clientid, known: 1 })
    }
  })

  it('gives a password to every user who logs in with one, each before any comes again', async () => {
    const passwords = await count('from user_passwords')
    const random = createRandom(1)
    const users = Array.from(
      { length: passwords },
      (_, index) => loginQuestion('password', world, random, index).fields.username ?? '',
    )

    expect(new Set(users).size).toBe(passwords)
    const { rows } = await database.pool.query<{ known: string }>(
      'select count(*) as known from user_passwords where user_id = any($1)',
      [users],
    )
    expect(Number(rows[0]?.known)).toBe(passwords)
  })
})
