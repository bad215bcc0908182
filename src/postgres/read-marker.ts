import type { Pool, PoolClient } from 'pg'
import type { ReadMarker } from '../core/ports/read-marker.ts'
import type { Doorbells } from '../core/ports/sql.ts'
import { applyReads } from './read-marks.ts'
import { resolveReadUpTo } from './read-up-to.ts'
import { executorOn } from './sql-executor.ts'
import { inTransaction } from './transaction.ts'

export function createReadMarker(pool: Pool, doorbells: Doorbells): ReadMarker {
  return {
    mark: ({ uid, conversation, upTo, deviceId, nowMs }) =>
      inTransaction(pool, async (client) => {
        if (!(await isUser(client, uid))) return 'unknown-user'
        const readAt = await resolveReadUpTo(client, uid, conversation, upTo)
        if (readAt === undefined) return 'unknown-message'
        const mark = { uid, conversation, readAt, deviceId }
        const bells = await applyReads(client, [mark], nowMs)
        await doorbells.ring(executorOn(client), bells)
        return mark
      }),
  }
}

async function isUser(client: PoolClient, uid: string): Promise<boolean> {
  const { rowCount } = await client.query('select from users where id = $1', [uid])
  return rowCount === 1
}
