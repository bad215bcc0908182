import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operationsOf } from '../../support/openapi.ts'
import { ownOperations } from './own-operation-table.ts'
import { type OwnWorld, openOwnWorld } from './own-world.ts'

let world: OwnWorld

beforeAll(async () => {
  world = await openOwnWorld()
})

afterAll(() => world.close())

function operations() {
  const table = ownOperations(world.ids)
  const byId = new Map(
    operationsOf(world.document).map((operation) => [operation.operationId, operation]),
  )
  return Object.entries(table).map(([id, row]) => ({ id, row, method: byId.get(id)?.method ?? '' }))
}

/** All that there is, but for what is written of each request. */
async function everything(): Promise<string> {
  const { rows } = await world.pool.query(
    `select query_to_xml('select * from ' || t || ' order by 1, 2', true, false, '')::text as rows
     from unnest(array['devices', 'addresses', 'contacts', 'blocks', 'memberships', 'read_marks',
       'deliveries', 'device_secrets', 'conversation_preferences', 'requests', 'audit_log']) t`,
  )
  return JSON.stringify(rows)
}

/** Not `/v1/messages`. */
const isOwn = (path: string) => /^\/v1\/me(?:\/|$)/.test(path)

describe('every operation under /v1/me', () => {
  it('has a row in the table, and every row an operation', () => {
    const ids = operationsOf(world.document)
      .filter(({ path }) => isOwn(path))
      .map(({ operationId }) => operationId)

    expect([...ids].sort()).toEqual(Object.keys(ownOperations(world.ids)).sort())
  })

  it('names what is foreign where it names anything', () => {
    const named = operationsOf(world.document)
      .filter(({ path }) => isOwn(path) && path.includes('{'))
      .map(({ operationId }) => operationId)
    const table = ownOperations(world.ids)

    expect(named.filter((id) => table[id]?.foreign.length === 0)).toEqual([])
  })

  it('is closed to API keys, and to whoever shows nothing', async () => {
    const open = []
    for (const { id, row, method } of operations()) {
      for (const key of [null, ...Object.values(world.keys)]) {
        const { status } = await world.call(`${method} ${row.url}`, row.body, { key })
        if (status !== 401) open.push(`${id}: ${status}`)
      }
    }

    expect(open).toEqual([])
  })

  it('finds nothing that is another’s, and changes nothing of it', async () => {
    const before = await everything()
    const wrong = []
    for (const { id, row, method } of operations()) {
      for (const { url = row.url, body = row.body, code } of row.foreign) {
        const answer = await world.call(`${method} ${url}`, body, world.phone)
        if (answer.status !== 404 || answer.body.code !== code) {
          wrong.push(`${id} ${url} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`)
        }
      }
    }

    expect(wrong).toEqual([])
    expect(await everything()).toBe(before)
  })

  it('does what it says with one’s own', async () => {
    const wrong = []
    for (const { id, row, method } of operations()) {
      const { status, body } = await world.call(`${method} ${row.url}`, row.body, world.phone)
      if (status !== row.status) wrong.push(`${id}: ${status} ${JSON.stringify(body)}`)
    }

    expect(wrong).toEqual([])
  })
})
