import type { Pool } from 'pg'
import type { DeliveryClaim } from '../core/ports/delivery-ports.ts'

/**
 * A delivery that is due at once bears a wake-up a little later (its own bell is rung), so this is how
 * far beyond now the index is read. What is not due in that stretch is left alone.
 */
const WAKE_AHEAD_MS = 5_000

/**
 * Takes due rows and, with them, their slots, so that nothing folds into what is about to be sent.
 * A slot that is locked by somebody who is folding is waited for and read again, in the order of the
 * primary key, because those who fold take several too.
 */
const SQL = `
with due as (
  select day, message_id, address_id
  from deliveries
  where provider = $1 and wake_at <= to_timestamp($3 / 1000.0) + interval '${WAKE_AHEAD_MS} ms'
    and (state = 'queued' and due_at <= to_timestamp($3 / 1000.0)
      or state = 'claimed' and wake_at <= to_timestamp($3 / 1000.0))
  order by wake_at
  limit $5
  for update skip locked
), claimed as (
  update deliveries d
  set state = 'claimed', lease = $2, wake_at = to_timestamp($4 / 1000.0), attempt = d.attempt + 1
  from due
  where d.day = due.day and d.message_id = due.message_id and d.address_id = due.address_id
    and d.day = any (array(select day from due))
    and d.message_id = any (array(select message_id from due))
  returning d.day, d.message_id, d.address_id, d.user_id, d.conversation, d.is_silent, d.is_late,
    d.step, d.decided_at, d.expires_at, d.attempt
), slots as (
  select s.address_id, s.conversation, s.carrier_day, s.carrier_id
  from claimed c
  join conversation_slots s on s.address_id = c.address_id and s.conversation = c.conversation
    and s.carrier_day = c.day and s.carrier_id = c.message_id
  order by s.address_id, s.conversation
  for update of s
), taken as (
  update conversation_slots s
  set state = 'claimed'
  from slots
  where s.address_id = slots.address_id and s.conversation = slots.conversation
    and s.carrier_day = slots.carrier_day and s.carrier_id = slots.carrier_id
  returning s.address_id, s.carrier_day, s.carrier_id, s.newest_day, s.newest_id, s.messages
)
select 'delivery' as of, day::text as day, message_id as "messageId", address_id as "addressId",
  user_id as uid, conversation, is_silent as "isSilent", is_late as "isLate", step,
  (extract(epoch from decided_at) * 1000)::float8 as "decidedAt",
  (extract(epoch from expires_at) * 1000)::float8 as "expiresAt", attempt,
  null as "newestDay", null::uuid as "newestId", null as messages
from claimed
union all
select 'slot', carrier_day::text, carrier_id, address_id, null, null, null, null, null, null, null,
  null, newest_day::text, newest_id, messages
from taken
where messages > 1`

/** A claimed row. UUIDs as Postgres writes them. */
export interface ClaimedRow extends RowKey {
  readonly uid: string
  readonly conversation: string
  readonly isSilent: boolean
  readonly isLate: boolean
  readonly step: number
  readonly decidedAt: number
  readonly expiresAt: number
  readonly attempt: number
  /** What it stands for, as its slot says. */
  readonly newest: Newest
}

interface RowKey {
  readonly day: string
  readonly messageId: string
  readonly addressId: string
}

interface Newest {
  readonly day: string
  readonly messageId: string
  readonly messages: number
}

type Row =
  | ({ readonly of: 'delivery' } & Omit<ClaimedRow, 'newest'>)
  | ({ readonly of: 'slot' } & RowKey & {
        readonly newestDay: string
        readonly newestId: string
        readonly messages: number
      })

export async function claimRows(pool: Pool, claim: DeliveryClaim): Promise<readonly ClaimedRow[]> {
  const { provider, lease, nowMs, leaseEndsAt, limit } = claim
  const { rows } = await pool.query<Row>({
    name: 'claim-deliveries',
    text: SQL,
    values: [provider, lease, nowMs, leaseEndsAt, limit],
  })
  const folded = new Map<string, Newest>()
  for (const row of rows) {
    if (row.of === 'delivery') continue
    const { newestDay, newestId, messages } = row
    folded.set(nameOf(row), { day: newestDay, messageId: newestId, messages })
  }
  return rows
    .filter((row) => row.of === 'delivery')
    .map((row) => ({ ...row, newest: folded.get(nameOf(row)) ?? { ...row, messages: 1 } }))
}

const nameOf = ({ day, messageId, addressId }: RowKey) => `${day} ${messageId} ${addressId}`
