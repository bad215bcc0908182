import type { Pool } from 'pg'
import type { QueueGauge } from '../core/ports/delivery-ports.ts'
import { OPEN_PROVIDERS } from './open-providers-sql.ts'

/** Counting further would cost more than it tells. */
const OPEN_MAX = 100_000

const SQL = `
${OPEN_PROVIDERS}
select coalesce(p.provider, c.provider) as provider,
  (select count(*) from (select from deliveries d
    where d.provider = p.provider and d.state in ('queued', 'claimed') limit ${OPEN_MAX}) counted
  )::int as open,
  greatest(0, coalesce($1 - (select date_part('epoch', min(d.wake_at)) * 1000 from deliveries d
    where d.provider = p.provider and d.state in ('queued', 'claimed')), 0))::float8 as "overdueMs",
  c.provider is not null as "isCircuitOpen"
from p
full join provider_circuits c on c.provider = p.provider`

/** What waits at each provider, by our clock. */
export async function readQueueGauges(pool: Pool, nowMs: number): Promise<readonly QueueGauge[]> {
  const { rows } = await pool.query<QueueGauge>(SQL, [nowMs])
  return rows
}
