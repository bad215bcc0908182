import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { TABLE_COLUMNS } from './table-columns.ts'

interface ColumnRow {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  readonly insert: string
  /** A check that lists the words allowed, as Postgres writes it. */
  readonly words: string | null
}

/** A partition has the columns of its table, and comes and goes with the days. */
const COLUMNS = `
select table_name as table, column_name as name, is_nullable = 'YES' as nullable,
  case when data_type = 'ARRAY' then ltrim(udt_name, '_') || '[]' else data_type end as type,
  case
    when identity_generation = 'ALWAYS' or is_generated = 'ALWAYS' then 'never'
    when is_nullable = 'YES' or column_default is not null or is_identity = 'YES' then 'optional'
    else 'required'
  end as insert,
  (select pg_get_constraintdef(c.oid) from pg_constraint c
    where c.conrelid = table_name::regclass and c.contype = 'c'
      and c.conkey = array[ordinal_position::int2] and pg_get_constraintdef(c.oid) like '%= ANY (ARRAY[%'
  ) as words
from information_schema.columns
where table_schema = 'public' and table_name <> 'herald_migrations'
  and not exists (select from pg_class p where p.oid = table_name::regclass and p.relispartition)`

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

async function readSchema(): Promise<unknown> {
  const { rows } = await database.pool.query<ColumnRow>(COLUMNS)
  const tables: Record<string, Record<string, unknown>> = {}
  for (const { table, name, words, ...column } of rows) {
    const columns = tables[camelCase(table)] ?? {}
    columns[camelCase(name)] = words === null ? column : { ...column, values: readWords(words) }
    tables[camelCase(table)] = columns
  }
  return tables
}

function camelCase(name: string): string {
  return name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
}

function readWords(check: string): Readonly<Record<string, true>> {
  return Object.fromEntries([...check.matchAll(/'([^']*)'::text/g)].map(([, word]) => [word, true]))
}

describe('the tables as Kysely sees them', () => {
  it('are those of the migrated database, column by column', async () => {
    expect(await readSchema()).toEqual(TABLE_COLUMNS)
  })
})
