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
    const rows = await world.query<Leased>(LEASE, [lease, BATCH])
    if (rows.length === 0) return leased
    leased += rows.length
    await world.query(FINISH, [rows.map(({ ctid }) => ctid), lease])
  }
}

interface Leased {
  readonly ctid: string
}

/** By where a row lies, which is the shortest way to it there is. */
const LEASE = `
  update bench_queue
  set state = 'claimed', lease = $1, attempt = attempt + 1, wake_at = now() + interval '20 s'
  where ctid = any(array(
    select ctid from bench_queue
    where provider = 'stub' and state = 'queued'
    order by wake_at limit $2 for update skip locked
  ))
  returning ctid`

const FINISH = `
  update bench_queue
  set state = 'sent', finished_at = now(), lease = null
  where ctid = any($1::tid[]) and lease = $2`
