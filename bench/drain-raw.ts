import { randomUUID } from 'node:crypto'
import type { BenchWorld } from './world/open-world.ts'

/** As many as a worker claims at once, and as many claims at the same time. */
const BATCH = 500
const LOOPS = 2

/** Leases and finishes a copy of the deliveries that wait; how many a second. */
export async function leaseRaw(world: BenchWorld): Promise<number> {
  await world.query('drop table if exists bench_queue')
  await world.query('create table bench_queue (like deliveries including all)')
  await world.query(`insert into bench_queue select * from deliveries where state = 'queued'`)
  await world.query('vacuum analyze bench_queue')
  const startedAt = performance.now()
  const leased = await Promise.all(Array.from({ length: LOOPS }, () => leaseAll(world)))
  const seconds = (performance.now() - startedAt) / 1_000
  await world.query('drop table bench_queue')
  return leased.reduce((sum, count) => sum + count, 0) / seconds
}

async function leaseAll(world: BenchWorld): Promise<number> {
  for (let leased = 0; ; ) {
    const lease = randomUUID()
    const rows = await world.query<Key>(LEASE, [lease, BATCH])
    if (rows.length === 0) return leased
    leased += rows.length
    await world.query(FINISH, [
      rows.map(({ messageId }) => messageId),
      rows.map(({ addressId }) => addressId),
      lease,
    ])
  }
}

interface Key {
  readonly messageId: string
  readonly addressId: string
}

const LEASE = `
  update bench_queue q
  set state = 'claimed', lease = $1, attempt = attempt + 1, wake_at = now() + interval '20 s'
  from (
    select day, message_id, address_id from bench_queue
    where provider = 'stub' and state = 'queued'
    order by wake_at limit $2 for update skip locked
  ) due
  where (q.day, q.message_id, q.address_id) = (due.day, due.message_id, due.address_id)
  returning q.message_id as "messageId", q.address_id as "addressId"`

const FINISH = `
  update bench_queue q
  set state = 'sent', finished_at = now(), lease = null
  from unnest($1::uuid[], $2::bigint[]) done (message_id, address_id)
  where q.message_id = done.message_id and q.address_id = done.address_id
    and q.day = current_date and q.lease = $3`
