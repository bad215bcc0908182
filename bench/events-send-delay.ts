import type { BenchTools } from './bench.ts'
import { deliveriesSettled } from './delivery-rows.ts'
import { formatNumber, type Table } from './report.ts'
import type { ServerProcess } from './servers/server-process.ts'

export interface Finding {
  readonly table: Table
  readonly figures: Readonly<Record<string, number>>
}

const DRAIN_MS = 60_000
const AIM_MS = 100

/** How long after its decision a notification is with the stub, at half the load that can be borne. */
export async function measureSendDelay(
  tools: BenchTools,
  herald: ServerProcess,
  perSecond: number,
): Promise<Finding> {
  const { options, world, load, say } = tools
  const ms = options.isQuick ? 2_000 : 6_000
  const at = Date.now()
  say(`messages at half load, ${formatNumber(perSecond)} a second`)
  const { answered } = await load.run({
    port: herald.port,
    connections: 8,
    depth: 16,
    questions: {
      kind: 'direct-message',
      scale: options.scale,
      seed: 777,
      count: Math.ceil((perSecond * ms * 1.5) / 1_000),
      at,
    },
    verdicts: 'counted',
    until: { kind: 'time', ms },
    perSecond,
  })
  await deliveriesSettled(world, DRAIN_MS)
  const [row] = await world.query<Delays>(DELAYS, [new Date(at)])
  const { sent = 0, p50 = Number.NaN, p99 = Number.NaN } = row ?? {}
  return {
    table: {
      title: `From the decision to the stub at half load (aim: p99 ${AIM_MS} ms)`,
      head: ['messages', 'messages/s', 'sent', 'p50 ms', 'p99 ms'],
      rows: [[answered, perSecond, sent, p50, p99].map(formatNumber)],
    },
    figures: { 'half-load-per-second': perSecond, 'send-p50-ms': p50, 'send-p99-ms': p99 },
  }
}

interface Delays {
  readonly sent: number
  readonly p50: number
  readonly p99: number
}

const DELAYS = `
  select count(*)::int as sent,
    1000 * percentile_disc(0.5) within group (order by delay)::float8 as p50,
    1000 * percentile_disc(0.99) within group (order by delay)::float8 as p99
  from (
    select extract(epoch from finished_at - due_at) as delay from deliveries
    where state = 'sent' and decided_at >= $1
  ) delays`
