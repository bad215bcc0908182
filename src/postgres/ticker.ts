import type { Pool, PoolClient } from 'pg'
import type { Doorbell, Doorbells } from '../core/ports/sql.ts'
import { OPEN_PROVIDERS } from './open-providers-sql.ts'
import { executorOn } from './sql-executor.ts'
import { inTransaction } from './transaction.ts'

/** Any number that nothing else in the database locks: "TICKER" on a telephone keypad. */
const LOCK = 842537

/** What is expired at once; the rest waits for the next tick. */
const EXPIRED_MAX = 5_000

/**
 * Providers of which a delivery has to be looked after: it is due, or its worker's lease has passed.
 * Nothing is rung for while a circuit is open.
 */
const WAITING = `
${OPEN_PROVIDERS}
select p.provider
from p
where not exists (select from provider_circuits c
    where c.provider = p.provider and c.probe_at > to_timestamp($1 / 1000.0))
  and exists (select from deliveries d
    where d.provider = p.provider and d.state in ('queued', 'claimed')
      and d.wake_at <= to_timestamp($1 / 1000.0))`

/**
 * What a worker claims it finds expired by itself, so this is for what nobody claims: a circuit is
 * open, no worker runs. A run of folded messages lives as long as the newest.
 */
const EXPIRE = `
with late as (
  select d.day, d.message_id, d.address_id
  from deliveries d
  where d.state = 'queued' and d.wake_at <= to_timestamp($1 / 1000.0)
    and d.expires_at <= to_timestamp($1 / 1000.0)
    and not exists (
      select from conversation_slots s
      join messages m on m.day = s.newest_day and m.id = s.newest_id
      where s.address_id = d.address_id and s.conversation = d.conversation
        and s.carrier_day = d.day and s.carrier_id = d.message_id
        and m.expires_at > to_timestamp($1 / 1000.0))
  limit ${EXPIRED_MAX}
  for update of d skip locked
), expired as (
  update deliveries d
  set state = 'expired', finished_at = to_timestamp($1 / 1000.0)
  from late
  where d.day = late.day and d.message_id = late.message_id and d.address_id = late.address_id
    and d.day = any (array(select day from late))
    and d.message_id = any (array(select message_id from late))
  returning d.day, d.message_id, d.address_id, d.conversation, d.provider
), emptied as (
  delete from conversation_slots s
  using (select * from expired order by address_id, conversation) e
  where s.address_id = e.address_id and s.conversation = e.conversation
    and s.carrier_day = e.day and s.carrier_id = e.message_id
)
select provider, count(*)::int as deliveries from expired group by provider`

/** Looks after what no bell was rung for: deferred deliveries, retries, what a dead worker held. */
export interface Ticker {
  /** Undefined where another replica is at it. */
  tick(nowMs: number): Promise<readonly string[] | undefined>
  /** Finishes what has expired unclaimed, and says how many by provider. */
  expire(nowMs: number): Promise<readonly Doorbell[]>
}

export function createTicker(pool: Pool, bells: Doorbells): Ticker {
  return {
    tick: (nowMs) =>
      inTransaction(pool, async (client) => {
        if (!(await takesTurn(client))) return undefined
        const { rows } = await client.query<{ provider: string }>(WAITING, [nowMs])
        const providers = rows.map(({ provider }) => provider)
        await bells.ring(
          executorOn(client),
          providers.map((provider) => ({ provider, deliveries: 1 })),
        )
        return providers
      }),

    async expire(nowMs) {
      const { rows } = await pool.query<Doorbell>(EXPIRE, [nowMs])
      return rows
    },
  }
}

async function takesTurn(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ isMine: boolean }>(
    'select pg_try_advisory_xact_lock($1) as "isMine"',
    [LOCK],
  )
  return rows[0]?.isMine === true
}
