import type { Pool } from 'pg'
import type {
  MessageFilter,
  MessageHead,
  MessageSearch,
  MessageSlice,
} from '../core/ports/message-search.ts'
import { digitsOf } from './delivery-trace-rows.ts'
import { MESSAGE_COLUMNS, messagesById } from './message-by-id.ts'

const KINDS = `kind in ('direct-message', 'group-message')`

/** The cursor's time once alone, which the index and the partitions know, and once with the id. */
const NEXT = `($2::float8 is null or day <= (to_timestamp($2 / 1000) at time zone 'UTC')::date
  and sent_at <= to_timestamp($2 / 1000) and (sent_at, id) < (to_timestamp($2 / 1000), $3::uuid))`

const NEWEST_FIRST = 'order by sent_at desc, id desc limit $4::integer'

const INBOX = `
select ${MESSAGE_COLUMNS}
from messages where inbox = $1 and ${KINDS} and ${NEXT} ${NEWEST_FIRST}`

/** Each direction by its inbox. */
const BETWEEN = `
select ${MESSAGE_COLUMNS} from (
  (select * from messages where inbox = 'user/' || $1::text and from_uid = $5::text and ${KINDS} and ${NEXT}
    ${NEWEST_FIRST})
  union all
  (select * from messages where inbox = 'user/' || $5::text and from_uid = $1::text and ${KINDS} and ${NEXT}
    ${NEWEST_FIRST})
) m ${NEWEST_FIRST}`

const CONTENT = messagesById('content', 1)

export function createMessageSearch(pool: Pool): MessageSearch {
  return {
    async list(filter, slice) {
      const { text, values } = statementOf(filter, slice)
      const { rows } = await pool.query<Row>(text, values)
      return rows.map(headOf)
    },

    async readContent(id) {
      const { rows } = await pool.query<{ content: unknown }>(CONTENT, [id])
      return rows[0]
    },
  }
}

interface Row extends Omit<MessageHead, 'appId'> {
  readonly appId: string | null
}

function statementOf(filter: MessageFilter, { after, limit }: MessageSlice) {
  const page = [after?.sentAtMs, after?.id, limit]
  switch (filter.kind) {
    case 'inbox':
      return { text: INBOX, values: [filter.inbox, ...page] }
    case 'between':
      return { text: BETWEEN, values: [filter.uid, ...page, filter.peer] }
  }
}

function headOf({ id, appId, ...message }: Row): MessageHead {
  return { ...message, id: digitsOf(id), appId: appId ?? undefined }
}
