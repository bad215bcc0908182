import type { Insertable, Selectable } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/postgres/tables.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

/**
 * What the compiler knows about a column, as a value. A list of this type can't forget a column, nor
 * say anything else about it than `tables.ts` does; the test holds the list against the database.
 */
type Column<Table, Name extends keyof Selectable<Table>> = {
  readonly type: SqlType<NonNullable<Selectable<Table>[Name]>>
  readonly nullable: null extends Selectable<Table>[Name] ? true : false
  readonly insert: InsertOf<Table, Name>
} & ValuesOf<NonNullable<Selectable<Table>[Name]>>

type SqlType<Value> = Value extends string
  ? 'text' | 'bigint'
  : Value extends Date
    ? 'timestamp with time zone'
    : Value extends boolean
      ? 'boolean'
      : never

/** Whether an insert has to name the column, may leave it out, or must. */
type InsertOf<Table, Name> = Name extends keyof Insertable<Table>
  ? undefined extends Insertable<Table>[Name]
    ? 'optional'
    : 'required'
  : 'never'

/** Of a closed set of words the list names every one. */
type ValuesOf<Value> = string extends Value
  ? unknown
  : Value extends string
    ? { readonly values: Readonly<Record<Value, true>> }
    : unknown

type Schema = {
  readonly [Table in keyof Database]: {
    readonly [Name in keyof Selectable<Database[Table]>]: Column<Database[Table], Name>
  }
}

const text = { type: 'text', nullable: false, insert: 'required' } as const
const textOrNull = { type: 'text', nullable: true, insert: 'optional' } as const
const timeOrNull = {
  type: 'timestamp with time zone',
  nullable: true,
  insert: 'optional',
} as const
const now = { type: 'timestamp with time zone', nullable: false, insert: 'optional' } as const
const flag = { type: 'boolean', nullable: false, insert: 'optional' } as const

const SCHEMA: Schema = {
  users: {
    id: text,
    displayName: textOrNull,
    contactPolicy: { ...textOrNull, values: { everyone: true, contacts: true } },
    disabledAt: timeOrNull,
    createdAt: now,
  },
  deletedUsers: { id: text, deletedAt: now },
  devices: {
    id: text,
    userId: text,
    app: textOrNull,
    platform: textOrNull,
    selfRegistered: flag,
    persistentSession: { type: 'boolean', nullable: true, insert: 'optional' },
    revokedAt: timeOrNull,
    createdAt: now,
  },
  deviceSecrets: { deviceId: text, digest: text, expiresAt: timeOrNull, createdAt: now },
  userPasswords: {
    userId: text,
    hash: text,
    version: { type: 'bigint', nullable: false, insert: 'optional' },
    updatedAt: now,
  },
  groups: {
    id: text,
    displayName: textOrNull,
    invitePolicy: { ...text, insert: 'optional', values: { members: true, admins: true } },
    createdAt: now,
  },
  memberships: {
    groupId: text,
    userId: text,
    role: { ...text, insert: 'optional', values: { owner: true, admin: true, member: true } },
    silencedUntil: timeOrNull,
    joinedAt: now,
  },
  groupBans: { groupId: text, userId: text, createdAt: now },
  contacts: { userId: text, contactId: text, createdAt: now },
  blocks: { userId: text, blockedId: text, createdAt: now },
  aclRules: {
    id: { type: 'bigint', nullable: false, insert: 'never' },
    effect: { ...text, values: { allow: true, deny: true } },
    action: { ...text, values: { publish: true, subscribe: true, all: true } },
    filter: text,
    userId: textOrNull,
    groupId: textOrNull,
    createdAt: now,
  },
  aclRulesVersion: {
    onlyRow: flag,
    version: { type: 'bigint', nullable: false, insert: 'required' },
  },
}

interface ColumnRow {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  readonly insert: string
  /** A check that lists the words allowed, as Postgres writes it. */
  readonly words: string | null
}

const COLUMNS = `
select table_name as table, column_name as name, data_type as type, is_nullable = 'YES' as nullable,
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
where table_schema = 'public' and table_name <> 'herald_migrations'`

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
    expect(await readSchema()).toEqual(SCHEMA)
  })
})
