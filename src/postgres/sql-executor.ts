import type { ClientBase } from 'pg'
import type { SqlExecutor } from '../core/ports/sql.ts'

/** The transaction that runs on `client`, for those who know nothing of `pg`. */
export function executorOn(client: Pick<ClientBase, 'query'>): SqlExecutor {
  return { executeSql: (text, values) => client.query(text, values) }
}
