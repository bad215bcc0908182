import type { Pool } from 'pg'
import type { DeliveryReceipt, ReceiptStore } from '../core/ports/receipt-store.ts'
import { inTransaction } from './transaction.ts'

/**
 * `least` passes over what is null, so nothing has to be known of what was there. Rows are locked in the
 * order of their key, as everywhere, and written only where that changes something.
 */
const NOTE = `
with r as (
  select day, id, address, count(*) as receipts,
    to_timestamp(min(at) filter (where kind <> 'undelivered') / 1000) as delivered,
    to_timestamp(min(at) filter (where kind = 'opened') / 1000) as opened,
    to_timestamp(min(at) filter (where kind = 'undelivered') / 1000) as undelivered,
    (array_agg(reason order by at) filter (where kind = 'undelivered'))[1] as reason
  from json_to_recordset($1::json) as r (
    day date, id uuid, address bigint, kind text, reason text, at float8)
  group by day, id, address
), d as (
  select d.day, d.message_id, d.address_id, d.undelivered_reason, d.delivered_at, d.opened_at,
    d.undelivered_at, r.receipts, r.delivered, r.opened, r.undelivered, r.reason
  from deliveries d join r on d.day = r.day and d.message_id = r.id and d.address_id = r.address
  where d.day = any (array(select day from r)) and d.message_id = any (array(select id from r))
    and ($2::text is null or d.provider = $2) and ($4::text is null or d.user_id = $4)
  order by d.day, d.message_id, d.address_id
  for update of d
), noted as (
  update deliveries n
  set delivered_at = least(d.delivered_at, d.delivered),
    opened_at = least(d.opened_at, d.opened),
    undelivered_at = least(d.undelivered_at, d.undelivered),
    undelivered_reason = case when d.undelivered < coalesce(d.undelivered_at, 'infinity')
      then d.reason else d.undelivered_reason end
  from d
  where n.day = d.day and n.message_id = d.message_id and n.address_id = d.address_id
    and n.day = any (array(select day from d)) and n.message_id = any (array(select message_id from d))
    and (least(d.delivered_at, d.delivered), least(d.opened_at, d.opened),
        least(d.undelivered_at, d.undelivered))
      is distinct from (d.delivered_at, d.opened_at, d.undelivered_at)
), used as (
  update addresses a
  set used_on = (to_timestamp($3 / 1000.0) at time zone 'UTC')::date
  from (select distinct address_id from d where delivered is not null order by address_id) d
  where a.id = d.address_id and a.used_on < (to_timestamp($3 / 1000.0) at time zone 'UTC')::date
)
select coalesce(sum(receipts), 0)::int as known from d`

/** In the order of their ids, as everywhere. */
const FORGET = `
delete from addresses
where id in (
  select a.id
  from unnest($2::text[]) t (token)
  join addresses a on a.provider = $1 and md5(address_identity(a.token)) = md5(address_identity(t.token))
      and a.token = t.token
  order by a.id
  for update of a)`

export function createReceiptStore(pool: Pool): ReceiptStore {
  return {
    note: ({ provider, uid, receipts, gone, nowMs }) =>
      inTransaction(pool, async (client) => {
        if (gone.length > 0) await client.query(FORGET, [provider, gone.map(plain)])
        if (receipts.length === 0) return 0
        const values = [JSON.stringify(receipts.map(recordOf)), provider, nowMs, uid]
        const { rows } = await client.query<{ known: number }>(NOTE, values)
        return rows[0]?.known ?? 0
      }),
  }
}

function recordOf({ key, kind, reason, at }: DeliveryReceipt) {
  const { day, messageId: id, addressId: address } = key
  return { day, id, address, kind, reason: reason && plain(reason).slice(0, REASON_MAX), at }
}

/** Words that are kept of a reason. */
const REASON_MAX = 500

/** Postgres takes no NUL, and nobody else's words may break a line of ours. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ').toWellFormed()
}
