import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { makePartitions } from '../../src/postgres/partitions.ts'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import { CALLS, fill } from './api-plans-rows.ts'

const NOON = Date.UTC(2026, 10, 25, 12)

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld()
  await makePartitions(world.pool, NOON, { info() {}, warn() {} })
  await fill(world)
})

afterAll(() => world.close())

describe('what the API asks', () => {
  it.each(CALLS)('finds by an index: $target', async ({ target, body }) => {
    const asked = await statementsOf(async () => {
      expect((await world.call(target, body)).status).toBe(200)
    })

    expect(asked.length).toBeGreaterThan(0)
    const read = []
    for (const statement of asked) read.push(...(await excessesOf(statement)))
    expect(read).toEqual([])
  })

  it('would be seen to read a whole table', async () => {
    const text = 'select from deliveries where conversation = $1'

    expect(await excessesOf({ text, values: ['user/u2'] })).not.toEqual([])
  })
})

interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** Whatever is asked of PostgreSQL meanwhile, in this process. */
async function statementsOf(work: () => Promise<unknown>): Promise<readonly Statement[]> {
  const query = vi.spyOn(Client.prototype, 'query')
  try {
    await work()
    const calls: unknown[][] = query.mock.calls
    return calls.flatMap(readStatement)
  } finally {
    query.mockRestore()
  }
}

/** `query` is called with a text and values, or with both in one object. */
function readStatement([first, second]: readonly unknown[]): readonly Statement[] {
  const given =
    typeof first === 'object' && first !== null ? first : { text: first, values: second }
  const text = 'text' in given ? given.text : undefined
  const values = 'values' in given ? given.values : undefined
  // What is done about the key itself is not what is listed.
  if (typeof text !== 'string' || !/^\s*(select|with)\b/i.test(text)) return []
  return [{ text, values: Array.isArray(values) ? values : [] }]
}

/** Tables beyond a page or two are big. */
const BIG = 1_000
/** A page and what it has to pass over; a chart has a point for each minute of half a day. */
const READ_MAX = 2_000

/** What PostgreSQL did to answer, as far as it grows with a table: whole tables, and too many rows. */
async function excessesOf({ text, values }: Statement): Promise<readonly string[]> {
  const { rows } = await world.pool.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and reltuples > ${BIG}`,
  )
  const big = new Set(rows.map(({ name }) => name))
  // What writes is not written again.
  const how = /\binsert into\b|\bdelete from\b|\bset\b/i.test(text) ? '' : 'analyze, '
  const explained = await world.pool.query(`explain (${how}format json) ${text}`, [...values])
  return nodesIn(explained.rows)
    .filter(({ type, table, read }) => (type === 'Seq Scan' && big.has(table)) || read > READ_MAX)
    .map(({ type, table, read }) => `${type} of ${table}, ${read} rows`)
}

interface PlanNode {
  readonly type: string
  readonly table: string
  /** Those that were passed over as well. */
  readonly read: number
}

function nodesIn(value: unknown): readonly PlanNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn)
  if (typeof value !== 'object' || value === null) return []
  const field = (name: string): unknown => Reflect.get(value, name)
  const number = (name: string) => Number(field(name) ?? 0)
  const each = number('Actual Rows') + number('Rows Removed by Filter')
  const own = { type: String(field('Node Type')), table: String(field('Relation Name')) }
  const inner = Object.values(value).flatMap(nodesIn)
  return 'Relation Name' in value
    ? [{ ...own, read: each * number('Actual Loops') }, ...inner]
    : inner
}
