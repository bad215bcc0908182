import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld()
})
afterAll(() => world.close())

const uidsOf = ({ body }: { body: { items: readonly { uid: string }[] } }) =>
  body.items.map(({ uid }) => uid)

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

  it('is read from an index in its order', async () => {
    const texts = [
      `lower(id collate "default") collate "C" >= 'z' order by lower(id collate "default") collate "C", id`,
      `lower(display_name collate "default") collate "C" >= 'z'
       order by lower(display_name collate "default") collate "C", id`,
    ]
    const plans = []
    for (const text of texts) {
      const sql = `set local enable_seqscan = off; set local enable_bitmapscan = off; explain select id from users where ${text} limit 9`
      const answers: unknown = await world.pool.query(`begin; ${sql}; rollback`)
      plans.push(JSON.stringify(answers))
    }

    expect(plans[0]).toContain('users_search_id')
    expect(plans[1]).toContain('users_search_name')
    expect(plans.join()).not.toContain('Sort')
  })

  it('lists those who are disabled, and not together with a text', async () => {
    await world.call('PATCH /v1/users/z3', { disabled: true })

    expect(uidsOf(await world.call('GET /v1/users?disabled=true'))).toEqual(['z3'])
    expect((await world.call('GET /v1/users?disabled=true&q=z')).body.code).toBe('INVALID_FILTER')
    expect((await world.call('GET /v1/users?disabled=false')).status).toBe(400)
  })
})
