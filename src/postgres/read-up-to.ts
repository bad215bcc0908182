import type { PoolClient } from 'pg'
import type { ReadUpTo } from '../core/reach/read-mark.ts'

/** So many messages of the conversation are searched for the app's id, the newest first. */
const SEARCHED_MAX = 10_000

/** What is said to the user, and of a direct conversation what the user says as well. */
const FIND = `
select max(sent_at) as sent_at from (
  select sent_at, app_id from (
    select sent_at, app_id, from_uid, inbox from messages
    where kind in ('direct-message', 'group-message')
      and inbox = case when $2 like 'group/%' then $2 else 'user/' || $1 end
    order by sent_at desc limit ${SEARCHED_MAX}
  ) received
  where $2 like 'group/%' or $2 = 'user/' || from_uid
  union all
  select sent_at, app_id from (
    select sent_at, app_id, from_uid from messages
    where kind = 'direct-message' and inbox = $2 and $2 like 'user/%'
    order by sent_at desc limit ${SEARCHED_MAX}
  ) sent
  where from_uid = $1
) m
where app_id = $3`

/** The time up to which is read, in milliseconds since 1970; undefined where the message is unknown. */
export async function resolveReadUpTo(
  client: Pick<PoolClient, 'query'>,
  uid: string,
  conversation: string,
  upTo: ReadUpTo,
): Promise<number | undefined> {
  if (upTo.kind === 'time') return upTo.at
  const { rows } = await client.query<{ sent_at: Date | null }>(FIND, [
    uid,
    conversation,
    upTo.appId,
  ])
  return rows[0]?.sent_at?.getTime()
}
