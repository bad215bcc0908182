import { CompiledQuery, type Kysely } from 'kysely'
import type { Pool } from 'pg'
import type { Database } from './tables.ts'

/** Runs SQL on a pool or on a transaction; what the rows are is for the caller to say. */
export type RunSql = <Row>(text: string, values: readonly unknown[]) => Promise<readonly Row[]>

export function runOnPool(pool: Pool): RunSql {
  return async <Row>(text: string, values: readonly unknown[]) => {
    const { rows } = await pool.query<Row & object>(text, [...values])
    return rows
  }
}

export function runOnTransaction(db: Kysely<Database>): RunSql {
  return async <Row>(text: string, values: readonly unknown[]) => {
    const { rows } = await db.executeQuery<Row>(CompiledQuery.raw(text, [...values]))
    return rows
  }
}
