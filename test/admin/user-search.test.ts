import { CamelCasePlugin, type CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { searchUsers } from '../../src/postgres/search-users.ts'
import type { Database } from '../../src/postgres/tables.ts'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld()
})
afterAll(() => world.close())

const uidsOf = ({ body }: { body: { items: readonly { uid: string }[] } }) =>
  body.items.map(({ uid }) => uid)

/** As they are sent. */
async function queriesOf(work: (db: Kysely<Database>) => Promise<void>) {
  const queries: CompiledQuery[] = []
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: world.pool }),
    plugins: [new CamelCasePlugin()],
    log: ({ query }) => {
      queries.push(query)
    },
  })
  await work(db)
  return queries
}

describe('a search for users', () => {
  beforeAll(async () => {
    for (const [uid, displayName] of [
      ['Zoe1', 'Émile'],
      ['zoe2', 'Zoella'],
      ['z3', 'ZOË'],
      ['y4', 'Zoey'],
      ['y5', 'éMILIE'],
      ['zoe_6', 'A % b'],
    ] as const) {
      await world.directory.users.add({ uid, displayName })
    }
  })

  it('finds by the beginning of the uid, then of the name, in whatever case', async () => {
    const found = [
      uidsOf(await world.call('GET /v1/users?q=ZOE')),
      uidsOf(await world.call(`GET /v1/users?q=${encodeURIComponent('émIL')}`)),
      uidsOf(await world.call('GET /v1/users?q=zoe_')),
      uidsOf(await world.call('GET /v1/users?q=a%20%25')),
      uidsOf(await world.call('GET /v1/users?q=nobody')),
    ]

    expect(found).toEqual([
      ['Zoe1', 'zoe2', 'zoe_6', 'y4'],
      ['Zoe1', 'y5'],
      ['zoe_6'],
      ['zoe_6'],
      [],
    ])
  })

  it('goes on from page to page, also where the last one found is gone', async () => {
    const found: string[] = []
    let after = ''
    for (;;) {
      const page = await world.call(`GET /v1/users?q=z&limit=1${after}`)
      found.push(...uidsOf(page))
      if (page.body.next === null) break
      after = `&after=${page.body.next}`
      if (found.at(-1) === 'zoe2') await world.call('DELETE /v1/users/zoe2')
    }
    const plain = await world.call('GET /v1/users?q=z&after=ann')

    expect(found).toEqual(['z3', 'Zoe1', 'zoe2', 'zoe_6', 'y4'])
    expect(plain.body.code).toBe('INVALID_PAGE')
  })

  it('is read from an index, in its order', async () => {
    await world.pool.query(`
      insert into users (id, display_name) select 'many-' || n, 'Name ' || n from generate_series(1, 3000) n;
      analyze users`)
    const after = { part: 'name', term: 'name 2', uid: 'many-2' } as const
    const queries = await queriesOf(async (db) => {
      await searchUsers(db, { text: 'many', after: undefined, limit: 10 })
      await searchUsers(db, { text: 'Name', after, limit: 10 })
    })
    const plans = []
    for (const { sql, parameters } of queries) {
      const { rows } = await world.pool.query(`explain ${sql}`, [...parameters])
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
    }
    await world.pool.query(`delete from users where id like 'many-%'`)

    expect(plans).toEqual([
      expect.stringMatching(/Index Scan using users_search_id.*\n *Index Cond/),
      expect.stringMatching(/Index Scan using users_search_name.*\n *Index Cond/),
    ])
  })

  it('lists those who are disabled, and not together with a text', async () => {
    await world.call('PATCH /v1/users/z3', { disabled: true })

    expect(uidsOf(await world.call('GET /v1/users?disabled=true'))).toEqual(['z3'])
    expect((await world.call('GET /v1/users?disabled=true&q=z')).body.code).toBe('INVALID_FILTER')
    expect((await world.call('GET /v1/users?disabled=false')).status).toBe(400)
  })
})
