import type { Pool, PoolClient } from 'pg'
import type { ReadMarker } from '../core/ports/read-marker.ts'
import type { Doorbells } from '../core/ports/sql.ts'
import { applyReads } from './read-marks.ts'
import { resolveReadUpTo } from './read-up-to.ts'
import { executorOn } from './sql-executor.ts'
import { inTransaction } from './transaction.ts'

/**
 * An app marks what it shows, and may be quicker than the broker's report of that very message: the mark
 * is written though nothing unread is known to lie before it. Not for people whom there are not.
 */
const NOTE = `
insert into read_marks (user_id, conversation, read_at)
select $1, $2, $3
where $2 not like 'user/%' or exists (select from users where id = split_part($2, '/', 2))
on conflict (user_id, conversation) do update set read_at = excluded.read_at
where read_marks.read_at < excluded.read_at`

export function createReadMarker(pool: Pool, doorbells: Doorbells): ReadMarker {
  return {
    mark: ({ uid, conversation, upTo, deviceId, nowMs }) =>
      inTransaction(pool, async (client) => {
        if (!(await isUser(client, uid))) return 'unknown-user'
        const readAt = await resolveReadUpTo(client, uid, conversation, upTo)
        if (readAt === undefined) return 'unknown-message'
        const mark = { uid, conversation, readAt, deviceId }
        await client.query(NOTE, [uid, conversation, new Date(readAt)])
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
