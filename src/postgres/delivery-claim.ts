import type { Pool } from 'pg'
import type { DeliveryClaim } from '../core/ports/delivery-ports.ts'
import {
  type DeliveryRowKey,
  FACTS_JOINS,
  type FactsRow,
  factsColumns,
  readSendFacts,
} from './send-facts.ts'

/**
 * A delivery that is due at once bears a wake-up a little later (its own bell is rung), so this is how
 * far beyond now the index is read. What is not due in that stretch is left alone.
 */
const WAKE_AHEAD_MS = 5_000

/**
 * Takes due rows and, with them, their slots, so that nothing folds into what is about to be sent; and
 * reads what is known about them.
 *
 * Slots are taken in the order of their primary key, as everywhere, because those who fold hold
 * several at once. What has folded in is read from the slots as they are after any wait; the messages
 * that it names may be newer than this statement, so they are read by another one.
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
  returning d.day, d.message_id, d.address_id, d.user_id as uid, d.conversation, d.decided_at,
    d.expires_at, d.attempt, d.is_silent, d.is_late, d.step,
    d.day as newest_day, d.message_id as newest_id, 1 as messages
), taken as (
  update conversation_slots s
  set state = 'claimed'
  from (select day, message_id, address_id, conversation from claimed
    order by address_id, conversation) c
  where s.address_id = c.address_id and s.conversation = c.conversation
    and s.carrier_day = c.day and s.carrier_id = c.message_id
  returning s.address_id, s.carrier_day, s.carrier_id, s.messages
)
select
  case when row_number() over () = 1 then (
    select json_agg(json_build_array(carrier_day, carrier_id, address_id::text))
    from taken where messages > 1
  ) end as folded,
  ${factsColumns('$3')}
from claimed q
${FACTS_JOINS}`

type Row = FactsRow & {
  /** In the first row: the keys of all that others have folded into. */
  readonly folded: readonly (readonly [string, string, string])[] | null
}

export async function claimRows(pool: Pool, claim: DeliveryClaim): Promise<readonly FactsRow[]> {
  const { provider, lease, nowMs, leaseEndsAt, limit } = claim
  const { rows } = await pool.query<Row>({
    name: 'claim-deliveries',
    text: SQL,
    values: [provider, lease, nowMs, leaseEndsAt, limit],
  })
  const folded = rows[0]?.folded ?? []
  if (folded.length === 0) return rows
  const keys = folded.map(([day, messageId, addressId]) => ({ day, messageId, addressId }))
  const fresh = new Map((await readSendFacts(pool, keys, nowMs)).map((row) => [nameOf(row), row]))
  return rows.map((row) => fresh.get(nameOf(row)) ?? row)
}

const nameOf = ({ day, messageId, addressId }: DeliveryRowKey) => `${day} ${messageId} ${addressId}`
