import { setTimeout as pause } from 'node:timers/promises'
import type { BenchWorld } from './world/open-world.ts'

/** Tables that fill while Herald is at work. The queue's own are not ours to name. */
const TRACES = [
  'messages',
  'unreached',
  'deliveries',
  'attempts',
  'conversation_slots',
  'awaited_acks',
  'rejected_events',
  'read_marks',
] as const

/** Forgets what earlier benches have left, so that every run begins alike. */
export async function forgetMessages(world: BenchWorld): Promise<void> {
  await world.query('drop table if exists bench_deliveries')
  await world.query(`truncate ${TRACES.join(', ')}`)
  // The queue finds its schema gone, and makes it anew.
  await world.query('drop schema if exists herald_queue cascade')
}

export async function countDeliveries(world: BenchWorld, state: string): Promise<number> {
  const [row] = await world.query<{ count: number }>(
    'select count(*)::int as count from deliveries where state = $1',
    [state],
  )
  return row?.count ?? 0
}

const LOOK_AGAIN_MS = 50

/** Resolves when nothing waits or is under way; throws where that takes longer than `patienceMs`. */
export async function deliveriesSettled(world: BenchWorld, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const [open] = await world.query(
      `select 1 as one from deliveries where state in ('queued', 'claimed') limit 1`,
    )
    if (open === undefined) return
    if (performance.now() > deadline) throw new Error(`not drained after ${patienceMs} ms`)
    await pause(LOOK_AGAIN_MS)
  }
}
