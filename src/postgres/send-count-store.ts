import type { Pool } from 'pg'
import type { DeniedSend, SendAsk, SendCountStore } from '../core/ports/send-count-store.ts'

/**
 * One scope after the other, each counting what the one before has let through: what an address may
 * not have takes nothing from its user. The other way round it does, which matters little: nobody
 * whose day is used up misses what is left of the hour.
 *
 * Counts are taken scope by scope, in the order of their subjects, by whoever takes several; the clause
 * that updates sees what others have committed meanwhile, so all replicas together never grant more than the limit.
 */
const TAKE = `
with asked as (
  select address, uid, n
  from unnest(string_to_array($2, ',')::bigint[], $3::text[]) with ordinality a (address, uid, n)
), ${granting('address', 'asked', 'address::text', '$4', '$7')},
${granting('user', 'address_left', 'uid', '$5', '$8')},
${granting('provider', 'user_left', "''::text", '$6', '$8')}
select (n - 1)::int as index,
  case when not exists (select from address_left l where l.n = a.n) then 'address'
    when not exists (select from user_left l where l.n = a.n) then 'user' else 'provider' end as by
from asked a
where not exists (select from provider_left l where l.n = a.n)
order by n`

/** `<scope>_left`: those of `from` that the limit has room for. Without a limit nothing is written. */
function granting(
  scope: string,
  from: string,
  subject: string,
  limit: string,
  beginsAt: string,
): string {
  return `${scope}_granted as (
  insert into send_counts as c (begins_at, provider, scope, subject, sends, granted)
  select to_timestamp(${beginsAt} / 1000.0), $1, '${scope}', s.subject, s.sends, s.sends
  from (
    select ${subject} as subject, least(count(*), ${limit}::int)::int as sends
    from ${from} where ${limit}::int is not null
    group by 1 order by 1
  ) s
  on conflict (begins_at, provider, scope, subject) do update
    set granted = greatest(0, least(excluded.sends, ${limit}::int - c.sends)),
      sends = c.sends + greatest(0, least(excluded.sends, ${limit}::int - c.sends))
  returning subject, granted
), ${scope}_left as (
  select r.address, r.uid, r.n
  from (
    select f.address, f.uid, f.n, ${subject} as subject,
      row_number() over (partition by ${subject} order by f.n) as place
    from ${from} f
  ) r
  left join ${scope}_granted g on g.subject = r.subject
  where ${limit}::int is null or r.place <= g.granted
)`
}

const GIVE_BACK = `
with g as (
  select 1 as rank, 'address' as scope, address::text as subject,
    to_timestamp($4 / 1000.0) as begins_at, count(*)::int as sends
  from unnest(string_to_array($2, ',')::bigint[]) address group by 3
  union all
  select 2, 'user', uid, to_timestamp($5 / 1000.0), count(*)::int
  from unnest($3::text[]) uid group by 3
  union all
  select 3, 'provider', '', to_timestamp($5 / 1000.0), cardinality($3::text[])
), locked as (
  select c.begins_at, c.provider, c.scope, c.subject, g.sends
  from g join send_counts c on c.begins_at = g.begins_at and c.provider = $1
    and c.scope = g.scope and c.subject = g.subject
  order by g.rank, g.subject
  for update of c
)
update send_counts c
set sends = greatest(0, c.sends - l.sends)
from locked l
where c.begins_at = l.begins_at and c.provider = l.provider and c.scope = l.scope
  and c.subject = l.subject`

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export function createSendCountStore(pool: Pool): SendCountStore {
  return {
    async take(asked) {
      const { perAddressPerHour, perUserPerDay, perDay } = asked.limits
      const { rows } = await pool.query<DeniedSend>({
        name: 'take-sends',
        text: TAKE,
        values: [
          asked.provider,
          addressesOf(asked),
          uidsOf(asked),
          perAddressPerHour,
          perUserPerDay,
          perDay,
          beginOf(asked.atMs, HOUR_MS),
          beginOf(asked.atMs, DAY_MS),
        ],
      })
      return rows
    },

    async giveBack(asked) {
      await pool.query({
        name: 'give-back-sends',
        text: GIVE_BACK,
        values: [
          asked.provider,
          addressesOf(asked),
          uidsOf(asked),
          beginOf(asked.atMs, HOUR_MS),
          beginOf(asked.atMs, DAY_MS),
        ],
      })
    },
  }
}

type Sends = Pick<SendAsk, 'sends'>

const addressesOf = ({ sends }: Sends) => sends.map(({ addressId }) => addressId).join(',')
const uidsOf = ({ sends }: Sends) => sends.map(({ uid }) => uid)

function beginOf(atMs: number, windowMs: number): number {
  return Math.floor(atMs / windowMs) * windowMs
}
