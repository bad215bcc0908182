import { type Kysely, sql } from 'kysely'
import type { Pool } from 'pg'
import { ERASE_BY_DAY, ERASE_ELSEWHERE } from './erasure-sql.ts'
import { errorCode } from './error-code.ts'
import { removeCounts } from './forget-user.ts'
import type { PostgresLog } from './postgres-log.ts'
import type { Database } from './tables.ts'

/** Takes the names of deleted users out of what an index does not lead to. Any number may run. */
export interface UserEraser {
  /** Looks once for the traces of all who are due. Returns how many those were. */
  erase(nowMs: number): Promise<number>
}

/** Users whose traces are looked for at once: a table is read as often for one as for all of them. */
const USERS_MAX = 1_000
/** Rows that one transaction changes. */
const ROWS_MAX = 20_000
/** By then it is another's turn: whoever had it is dead. */
const LEASE_MS = 3_600_000
/** A broker that was cut off reports late what the user had still done: there is a second look. */
const SECOND_LOOK_MS = 86_400_000

export function createUserEraser(
  pool: Pool,
  db: Kysely<Database>,
  log: PostgresLog,
  rowsMax: number = ROWS_MAX,
): UserEraser {
  return {
    async erase(nowMs) {
      const lease = new Date(nowMs + LEASE_MS)
      const due = await claim(pool, new Date(nowMs), lease)
      if (due.length === 0) return 0
      await eraseNames({ pool, due, rowsMax })
      await eraseCounts(db, due)
      await finish(pool, due, lease, new Date(nowMs))
      log.info({ users: due.length }, 'traces of deleted users erased')
      return due.length
    },
  }
}

interface Erasure {
  readonly id: string
  readonly pseudonym: string
}

const CLAIM = `
update deleted_users d set erase_at = $2
from (select id from deleted_users where erase_at <= $1 order by erase_at limit ${USERS_MAX}
  for update skip locked) due
where d.id = due.id
returning d.id, d.pseudonym`

async function claim(pool: Pool, now: Date, lease: Date): Promise<readonly Erasure[]> {
  const { rows } = await pool.query<Erasure>(CLAIM, [now, lease])
  return rows
}

/** Whoever was deleted again meanwhile has another time, and waits for it. */
const FINISH = `
with looked as (
  update deleted_users
  set erase_at = case when deleted_at + $4::interval > $3 then deleted_at + $4::interval end,
    pseudonym = case when deleted_at + $4::interval > $3 then pseudonym end
  where id = any($1) and erase_at = $2
  returning id, erase_at, released_at
)
select id from looked where erase_at is null and released_at is not null`

/** A row that nobody needs any more: the uid was released, and its traces are gone. */
const CLEAR = `
delete from deleted_users where id = any($1) and erase_at is null and released_at is not null`

async function finish(pool: Pool, due: readonly Erasure[], lease: Date, now: Date): Promise<void> {
  const ids = due.map(({ id }) => id)
  const secondLook = `${SECOND_LOOK_MS} milliseconds`
  const { rows } = await pool.query<{ id: string }>(FINISH, [ids, lease, now, secondLook])
  if (rows.length > 0) await pool.query(CLEAR, [rows.map(({ id }) => id)])
}

/** They end within two days; what a new user of the same uid was sent has to be counted on. */
async function eraseCounts(db: Kysely<Database>, due: readonly Erasure[]): Promise<void> {
  const uids = due.map(({ id }) => id)
  await removeCounts(
    sql`select id from unnest(${uids}::text[]) t (id)
      where not exists (select from users u where u.id = t.id)`,
  ).execute(db)
}

interface Round {
  readonly pool: Pool
  readonly due: readonly Erasure[]
  readonly rowsMax: number
}

const PARTITIONED = ['messages', 'unreached', 'deliveries'] as const

async function eraseNames(round: Round): Promise<void> {
  for (const table of PARTITIONED) {
    for (const partition of await partitionsOf(round.pool, table)) {
      for (const statement of ERASE_BY_DAY[table]) await eraseAll(round, statement(partition))
    }
  }
  for (const statement of ERASE_ELSEWHERE) await eraseAll(round, statement)
}

/** Each statement is a transaction of its own. */
async function eraseAll({ pool, due, rowsMax }: Round, statement: string): Promise<void> {
  const uids = due.map(({ id }) => id)
  const pseudonyms = due.map(({ pseudonym }) => pseudonym)
  for (let changed = rowsMax; changed >= rowsMax; ) {
    changed = await eraseSome(pool, statement, [uids, pseudonyms, rowsMax])
  }
}

async function eraseSome(
  pool: Pool,
  statement: string,
  values: readonly unknown[],
): Promise<number> {
  try {
    const { rowCount } = await pool.query(statement, [...values])
    return rowCount ?? 0
  } catch (error) {
    // undefined_table: its day was over, and what it held is gone with it.
    if (errorCode(error) === '42P01') return 0
    throw error
  }
}

async function partitionsOf(pool: Pool, table: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(
    'select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass',
    [table],
  )
  return rows.map(({ name }) => name)
}
