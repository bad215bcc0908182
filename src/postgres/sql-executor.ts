import { createHash } from 'node:crypto'
import type { ClientBase } from 'pg'
import type { SqlExecutor } from '../core/ports/sql.ts'

/**
 * The transaction that runs on `client`, for those who know nothing of `pg`. What they run they run
 * again, so a statement with values is given a name, by which the connection keeps it.
 */
export function executorOn(client: Pick<ClientBase, 'query'>): SqlExecutor {
  return {
    executeSql: (text, values) =>
      values === undefined
        ? client.query(text)
        : client.query({ name: nameOf(text), text, values }),
  }
}

/** Of the statements of other people's programs: there are few. */
const names = new Map<string, string>()

function nameOf(text: string): string {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = createHash('sha256').update(text).digest('hex').slice(0, 32)
  names.set(text, name)
  return name
}
