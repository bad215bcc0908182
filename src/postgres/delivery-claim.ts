import type { Pool } from 'pg'
import type { DeliveryClaim } from '../core/ports/delivery-ports.ts'
import {
  type DeliveryRowKey,
  FACTS_JOINS,
  type FactsRow,
  factsColumns,
  readSendFacts,
} from './send-facts.ts'
import { inTransaction } from './transaction.ts'

/**
 * A delivery that is due at once bears a wake-up a little later (its own bell is rung), so this is how
 * far beyond now the index is read. What is not due in that stretch is left alone.
 */
const WAKE_AHEAD_MS = 5_000

const NOW = 'to_timestamp($3 / 1000.0)'

const IS_DUE = `provider = $1 and wake_at <= ${NOW} + interval '${WAKE_AHEAD_MS} ms'
    and (state = 'queued' and due_at <= ${NOW} or state = 'claimed' and wake_at <= ${NOW})`

/** `due`: what is taken, of all that does not gather. */
const ALONE = `
due as (
  select day, message_id, address_id
  from deliveries
  where ${IS_DUE} and gathers_at is null
  order by wake_at
  limit $5
  for update skip locked
)`

/** Mails that one due mail takes along, at most; the rest goes out with the next. */
const GATHERED_MAX = 500
/** More than a mail can be made of. */
const DIGEST_MAX = 5_000

/**
 * `due`: mails, and with each all that may go out with it. One that its worker did not finish may have
 * been sent, so it is made of the same again, whatever has come since.
 */
const GATHERED = `
ripe as (
  select day, message_id, address_id, digest_id
  from deliveries
  where ${IS_DUE} and gathers_at is not null
  order by wake_at
  limit $5
  for update skip locked
), others as (
  select o.day, o.message_id, o.address_id
  from (select distinct address_id, digest_id from ripe) r cross join lateral (
    select d.day, d.message_id, d.address_id
    from deliveries d
    where d.address_id = r.address_id and d.provider = $1 and d.gathers_at <= ${NOW}
      and d.state in ('queued', 'claimed')
      and case when r.digest_id is null then d.state = 'queued'
        else d.digest_id = r.digest_id and d.state = 'claimed' and d.wake_at <= ${NOW} end
    order by d.gathers_at
    limit case when r.digest_id is null then ${GATHERED_MAX} else ${DIGEST_MAX} end
    for update skip locked
  ) o
), due as (
  select day, message_id, address_id from ripe
  union
  select day, message_id, address_id from others
)`

/**
 * Takes due rows and, with them, their slots, so that nothing folds into what is about to be sent; and
 * reads what is known about them.
 *
 * Slots are taken in the order of their primary key, as everywhere, because those who fold hold
 * several at once. What has folded in is read from the slots as they are after any wait; the messages
 * that it names may be newer than this statement, so they are read by another one.
 */
const claimSql = (due: string) => `
with ${due}, claimed as (
  update deliveries d
  set state = 'claimed', lease = $2, wake_at = to_timestamp($4 / 1000.0), attempt = d.attempt + 1,
    digest_id = case when d.gathers_at is not null then coalesce(d.digest_id, $2) end
  from due
  where d.day = due.day and d.message_id = due.message_id and d.address_id = due.address_id
  returning d.day, d.message_id, d.address_id, d.user_id as uid, d.conversation, d.decided_at,
    d.expires_at, d.attempt, d.is_silent, d.is_late, d.step, d.digest_id,
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
  q.digest_id as "digestId",
  ${factsColumns('$3')}
from claimed q
${FACTS_JOINS}`

const CLAIM_ALONE = claimSql(ALONE)
const CLAIM_GATHERED = claimSql(GATHERED)

const HAS_MAILS = `
select from deliveries where ${IS_DUE.replaceAll('$3', '$2')} and gathers_at is not null limit 1`

/** Any number that nothing else in the database locks: "MAILS" on a telephone keypad. */
const MAILS_LOCK = 62457

type Row = FactsRow & {
  /** In the first row: the keys of all that others have folded into. */
  readonly folded: readonly (readonly [string, string, string])[] | null
}

export async function claimRows(pool: Pool, claim: DeliveryClaim): Promise<readonly FactsRow[]> {
  const alone = await claimAlone(pool, claim)
  const limit = claim.limit - alone.length
  if (!claim.hasMails || limit <= 0) return alone
  return [...alone, ...(await claimGathered(pool, { ...claim, limit }))]
}

async function claimAlone(pool: Pool, claim: DeliveryClaim): Promise<readonly FactsRow[]> {
  const { rows } = await pool.query<Row>({
    name: 'claim-deliveries',
    text: CLAIM_ALONE,
    values: valuesOf(claim),
  })
  return await withFolded(pool, claim, rows)
}

/** One after the other, or two workers would each have a part of what goes to one mailbox. */
async function claimGathered(pool: Pool, claim: DeliveryClaim): Promise<readonly FactsRow[]> {
  const { provider, nowMs } = claim
  const found = await pool.query({
    name: 'has-mails',
    text: HAS_MAILS,
    values: [provider, nowMs],
  })
  if (found.rowCount === 0) return []
  const rows = await inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1, hashtext($2))', [MAILS_LOCK, provider])
    const claimed = await client.query<Row>({
      name: 'claim-mails',
      text: CLAIM_GATHERED,
      values: valuesOf(claim),
    })
    return claimed.rows
  })
  return await withFolded(pool, claim, rows)
}

function valuesOf({ provider, lease, nowMs, leaseEndsAt, limit }: DeliveryClaim) {
  return [provider, lease, nowMs, leaseEndsAt, limit]
}

async function withFolded(
  pool: Pool,
  { nowMs }: DeliveryClaim,
  rows: readonly Row[],
): Promise<readonly FactsRow[]> {
  const folded = rows[0]?.folded ?? []
  if (folded.length === 0) return rows
  const keys = folded.map(([day, messageId, addressId]) => ({ day, messageId, addressId }))
  const fresh = new Map((await readSendFacts(pool, keys, nowMs)).map((row) => [nameOf(row), row]))
  return rows.map((row) => {
    const known = fresh.get(nameOf(row))
    return known === undefined ? row : { ...known, digestId: row.digestId }
  })
}

const nameOf = ({ day, messageId, addressId }: DeliveryRowKey) => `${day} ${messageId} ${addressId}`
