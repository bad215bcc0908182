import type { Bench, BenchTools } from './bench.ts'
import { deliveriesSettled, forgetMessages } from './delivery-rows.ts'
import { leaseRaw } from './drain-raw.ts'
import { formatNumber } from './report.ts'
import type { BenchWorld } from './world/open-world.ts'

const DRAIN_MS = 90_000

/** Deliveries that wait, worked off by Herald, and by nothing but leases and updates. */
export const drain: Bench = async (tools) => {
  const { options, world, say } = tools
  const rounds: DrainRound[] = []
  // The messages take longer to write than to drain.
  for (let round = 0; round < Math.min(3, options.rounds); round++) {
    const { perSecond, rawPerSecond, deliveries } = await playDrain(tools, world, round)
    say(`  ${formatNumber(perSecond)} a second, bare ${formatNumber(rawPerSecond)}`)
    rounds.push({ perSecond, rawPerSecond, deliveries })
  }
  const perSecond = Math.max(...rounds.map((round) => round.perSecond))
  const rawPerSecond = Math.max(...rounds.map((round) => round.rawPerSecond))
  return {
    bench: 'drain',
    tables: [
      {
        title: `Deliveries sent by a stub that answers at once (the best of ${rounds.length})`,
        head: ['', 'deliveries', 'deliveries/s'],
        rows: [
          ['leases alone', formatNumber(rounds[0]?.deliveries), formatNumber(rawPerSecond)],
          ['herald', formatNumber(rounds[0]?.deliveries), formatNumber(perSecond)],
        ],
      },
    ],
    limits: [{ name: 'drain', ratio: perSecond / rawPerSecond, least: 0.5 }],
    figures: { 'drain-per-second': perSecond, 'drain-raw-per-second': rawPerSecond },
  }
}

export interface DrainRound {
  readonly deliveries: number
  readonly perSecond: number
  readonly rawPerSecond: number
}

/** Has messages written while nobody sends, leases a copy of their deliveries, and has them sent. */
export async function playDrain(
  tools: BenchTools,
  world: BenchWorld,
  round: number,
): Promise<DrainRound> {
  const { options, load, say } = tools
  const messages = options.isQuick ? 4_000 : 30_000
  await forgetMessages(world)
  const hooks = await tools.startHerald({ HERALD_ROLES: 'hooks' }, world)
  say(`${messages.toLocaleString('en-US')} messages to be drained`)
  await load.run({
    port: hooks.port,
    connections: 8,
    depth: 16,
    questions: {
      kind: 'direct-message',
      scale: world.scale,
      seed: 900 + round,
      count: messages,
      at: Date.now(),
    },
    verdicts: 'counted',
    until: { kind: 'count', requests: messages },
  })
  await hooks.stop()
  const rawPerSecond = await leaseRaw(world)
  const worker = await tools.startHerald({ HERALD_ROLES: 'worker,sweeper' }, world)
  await deliveriesSettled(world, DRAIN_MS)
  await worker.stop()
  const [row] = await world.query<{ sent: number; perSecond: number }>(PACE)
  if (row === undefined) throw new Error('nothing was sent')
  return { deliveries: row.sent, perSecond: row.perSecond, rawPerSecond }
}

/** From the first delivery that was sent to the last; how long the worker takes to start is not its pace. */
const PACE = `
  select count(*)::int as sent,
    (count(*) filter (where finished_at > first))::float8
      / extract(epoch from max(finished_at) - min(first))::float8 as "perSecond"
  from deliveries, (select min(finished_at) as first from deliveries where state = 'sent') f
  where state = 'sent'`
