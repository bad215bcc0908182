import type { PoolClient } from 'pg'
import { REQUEST_KINDS } from '../core/directory/chat-request.ts'
import type { ChatMessage } from '../core/reach/chat-message.ts'

const KINDS: ReadonlySet<string> = new Set(REQUEST_KINDS)

/** Whether it asks for something that can be accepted. */
export function isRequest({ kind }: ChatMessage): boolean {
  return KINDS.has(kind)
}

/**
 * Opens a request for each message, or refreshes the one that is open. A message that is stored already has
 * had its request, so this comes before the messages are written. Left out are those that nobody is told
 * of either: between people who are not there or block each other, to who is a member, from who is banned.
 */
export async function writeRequests(
  client: PoolClient,
  messages: readonly ChatMessage[],
  ttlMs: number,
  nowMs: number,
): Promise<void> {
  const rows = requestRows(messages)
  if (rows.length === 0) return
  await client.query(WRITE, [JSON.stringify(rows), new Date(nowMs), new Date(nowMs + ttlMs)])
}

/** Of those that are the same, the last; in an order in which two batches don't cross. */
function requestRows(messages: readonly ChatMessage[]) {
  const rows = new Map<string, ReturnType<typeof requestRow>>()
  for (const message of messages.toSorted((one, other) => one.sentAt - other.sentAt)) {
    if (message.from === message.to) continue
    const { kind, from, to, gid } = message
    rows.set(`${from}/${kind}/${to}/${gid}`, requestRow(message))
  }
  const inOrder = [...rows].sort(([one], [other]) => (one < other ? -1 : 1))
  return inOrder.map(([, row], n) => ({ n, ...row }))
}

function requestRow({ day, id, kind, from, to, gid, said }: ChatMessage) {
  return { day, id, kind, from_uid: from, to_uid: to, gid, said: said.body }
}

const WRITE = `
insert into requests (kind, from_uid, to_uid, group_id, said, created_at, asked_at, expires_at)
select i.kind, i.from_uid, i.to_uid, i.gid, i.said, $2, $2, $3
from json_to_recordset($1::json) as i (n integer, day date, id uuid, kind text, from_uid text,
  to_uid text, gid text, said text)
where not exists (select from messages m where m.day = i.day and m.id = i.id)
  and exists (select from users u where u.id = i.from_uid)
  and (i.to_uid is null or exists (select from users u where u.id = i.to_uid))
  and (i.gid is null or exists (select from groups g where g.id = i.gid))
  and not exists (select from blocks b where b.user_id = i.to_uid and b.blocked_id = i.from_uid)
  and not exists (select from memberships m
    where m.group_id = i.gid and m.user_id = coalesce(i.to_uid, i.from_uid))
  and not exists (select from group_bans b
    where b.group_id = i.gid and b.user_id = coalesce(i.to_uid, i.from_uid))
order by i.n
on conflict (from_uid, kind, coalesce(to_uid, ''), coalesce(group_id, '')) where state = 'open'
do update set said = excluded.said, asked_at = excluded.asked_at, expires_at = excluded.expires_at`
