import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
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
}

const CONNECT_MS = 5000

/** Connections are made as they are needed. */
export function createPool(address: PostgresAddress, options: PoolOptions, log: PostgresLog): Pool {
  const { name, max, connectMs = CONNECT_MS, statementMs, queryMs } = options
  const pool = new Pool({
    ...address,
    application_name: name,
    max,
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: queryMs,
  })
  // Without a listener a server that stops takes the process down with it.
  pool.on('error', (err) => {
    // The pool hangs its client on the error, which would fill the log with every statement it knows.
    Reflect.deleteProperty(err, 'client')
    log.warn({ err, pool: name }, 'idle database connection was lost')
  })
  return pool
}

/** Kysely on the pool. Who made the pool ends it. `bigint` columns are read as strings. */
export function createDatabase(pool: Pool): Kysely<Database> {
  return new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin()],
  })
}
