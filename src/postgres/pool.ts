import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import { type ClientBase, Pool, TypeOverrides } from 'pg'
import type { PostgresAddress } from './address.ts'
import type { PostgresLog } from './postgres-log.ts'
import type { Database } from './tables.ts'

export interface PoolOptions {
  /** What `pg_stat_activity` shows, unless the address names another. */
  readonly name: string
  readonly max: number
  /** How long a connection may take to be had, from a busy pool too. */
  readonly connectMs?: number
  /** After which Postgres gives a statement up. */
  readonly statementMs?: number
  /** After which we give a question up and close its connection, should Postgres not answer at all. */
  readonly queryMs?: number
  /** Postgres' own settings, for each connection of the pool. */
  readonly settings?: Readonly<Record<string, string>>
}

const CONNECT_MS = 5000

/** `pg` would read a day as midnight where the process lives, which is another day elsewhere. */
const TYPES = new TypeOverrides()
const DATE = 1082
TYPES.setTypeParser(DATE, String)

/**
 * For statements that are run again and again: each is planned once for a connection.
 *
 * Postgres would plan them anew each time, which takes it longer than two dozen questions, since a plan
 * for one question looks cheaper than one for any number. A plan that is kept must not be one that
 * only suits tables as small as they happened to be when it was made. Each key finds a few rows, which
 * a bitmap is too much for.
 */
export const PLANNED_ONCE: Readonly<Record<string, string>> = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  jit: 'off',
}

/** For statements which are all probes by key, so that the planner is left with nothing else. */
export const KEPT_PLANS: Readonly<Record<string, string>> = {
  ...PLANNED_ONCE,
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
}

/** Connections are made as they are needed. A `date` is read as text, such as `2026-11-25`. */
export function createPool(address: PostgresAddress, options: PoolOptions, log: PostgresLog): Pool {
  const { name, max, connectMs = CONNECT_MS, statementMs, queryMs, settings = {} } = options
  const pool = new Pool({
    ...address,
    application_name: name,
    types: TYPES,
    max,
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: queryMs,
    // Not as options of the connection: those of a URL would replace them, and poolers refuse them.
    onConnect: (client) => applySettings(client, settings),
  })
  // Without a listener a server that stops takes the process down with it.
  pool.on('error', (err) => {
    // Of a server that stops while our goodbye is on its way.
    if (pool.ending) return
    // The pool hangs its client on the error, which would fill the log with every statement it knows.
    Reflect.deleteProperty(err, 'client')
    log.warn({ err, pool: name }, 'idle database connection was lost')
  })
  return pool
}

async function applySettings(
  client: ClientBase,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const names = Object.keys(settings)
  if (names.length === 0) return
  await client.query(
    'select set_config(name, value, false) from unnest($1::text[], $2::text[]) as s (name, value)',
    [names, Object.values(settings)],
  )
}

/** Kysely on the pool. Who made the pool ends it. `bigint` columns are read as strings. */
export function createDatabase(pool: Pool): Kysely<Database> {
  return new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin()],
  })
}
