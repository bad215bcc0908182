import { randomUUID } from 'node:crypto'
import type { TestDatabase } from './database.ts'

/** A message as a row; a test states whose it is and when. */
export interface MessageRow {
  readonly kind: string
  readonly inbox: string
  readonly from: string
  readonly sentAt: number
  readonly appId?: string
}

export async function addMessages(
  { pool }: Pick<TestDatabase, 'pool'>,
  ...messages: readonly MessageRow[]
): Promise<void> {
  const rows = messages.map(({ kind, inbox, from, sentAt, appId }) => ({
    id: randomUUID(),
    kind,
    inbox,
    from_uid: from,
    sent_at: new Date(sentAt).toISOString(),
    app_id: appId,
  }))
  await pool.query(
    `insert into messages (day, id, kind, inbox, from_uid, sent_at, expires_at, app_id)
    select (sent_at at time zone 'UTC')::date, id, kind, inbox, from_uid, sent_at, sent_at, app_id
    from json_to_recordset($1)
      m (id uuid, kind text, inbox text, from_uid text, sent_at timestamptz, app_id text)`,
    [JSON.stringify(rows)],
  )
}

export function directMessage(from: string, to: string, sentAt: number, appId = ''): MessageRow {
  return { kind: 'direct-message', inbox: `user/${to}`, from, sentAt, appId }
}

export function groupMessage(from: string, gid: string, sentAt: number, appId = ''): MessageRow {
  return { kind: 'group-message', inbox: `group/${gid}`, from, sentAt, appId }
}
