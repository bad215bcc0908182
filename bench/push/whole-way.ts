import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchTools } from '../bench.ts'
import { deliveriesSettled, forgetMessages } from '../delivery-rows.ts'
import { formatNumber, type Limit, type Table } from '../report.ts'
import { startContestant, startPeer } from './push-processes.ts'
import { fact, type PeerFacts } from './vendor.ts'

const DRAIN_MS = 120_000
/** As many as Herald has: two workers' claims of a hundred each. */
const IN_FLIGHT = 200
const LATENCIES_MS = [0, 30] as const
const SEED = 650

export interface WholeWayFinding {
  readonly table: Table
  readonly limits: readonly Limit[]
  readonly figures: Readonly<Record<string, number>>
}

/**
 * From the broker's event to Apple's yes, durable in PostgreSQL all the way, against a raw client that
 * has nothing to do but send; at a peer that answers at once, and at one that takes its time.
 */
export async function measureWholeWay(tools: BenchTools): Promise<WholeWayFinding> {
  const paces: Pace[] = []
  for (const latencyMs of LATENCIES_MS) {
    tools.say(`from event to APNs, which answers after ${latencyMs} ms`)
    paces.push(await playWay(tools, latencyMs))
  }
  return {
    table: {
      title: 'From event to APNs, durable all the way, a second',
      head: ['answers after', 'notifications', 'herald', 'raw node:http2', 'herald is'],
      rows: paces.map(({ latencyMs, sent, perSecond, rawPerSecond }) => [
        `${latencyMs} ms`,
        ...[sent, perSecond, rawPerSecond, perSecond / rawPerSecond].map(formatNumber),
      ]),
    },
    limits: paces.map(({ latencyMs, perSecond, rawPerSecond }) => ({
      name: `whole-way-${latencyMs}ms`,
      ratio: perSecond / rawPerSecond,
      least: 0.63,
    })),
    figures: Object.fromEntries(
      paces.flatMap(({ latencyMs, perSecond, rawPerSecond }) => [
        [`whole-way-${latencyMs}ms-per-second`, perSecond],
        [`whole-way-${latencyMs}ms-raw-per-second`, rawPerSecond],
      ]),
    ),
  }
}

interface Pace {
  readonly latencyMs: number
  readonly sent: number
  readonly perSecond: number
  readonly rawPerSecond: number
}

async function playWay(tools: BenchTools, latencyMs: number): Promise<Pace> {
  const { world, load, options } = tools
  const messages = options.isQuick ? 4_000 : 30_000
  const peer = await startPeer('apns', latencyMs)
  try {
    await forgetMessages(world)
    const file = await writeProviders(tools.folder, peer.facts)
    const herald = await tools.startHerald({
      HERALD_PROVIDERS_FILE: file,
      HERALD_COALESCE_WINDOW: '0s',
    })
    await load.run({
      port: herald.port,
      connections: 8,
      depth: 16,
      questions: {
        kind: 'direct-message',
        scale: options.scale,
        seed: SEED + latencyMs,
        count: messages,
        at: Date.now(),
      },
      verdicts: 'counted',
      until: { kind: 'count', requests: messages },
    })
    await deliveriesSettled(world, DRAIN_MS)
    await herald.stop()
    const [row] = await world.query<{ sent: number; perSecond: number }>(PACE)
    if (row === undefined || row.sent === 0) throw new Error('nothing was sent')
    return { latencyMs, ...row, rawPerSecond: await rawPace(peer.facts, row.sent) }
  } finally {
    await peer.stop()
  }
}

/** The addresses of the world name the provider "stub": here Apple stands behind that name. */
async function writeProviders(folder: string, facts: PeerFacts): Promise<string> {
  const key = join(folder, 'apns.p8')
  await writeFile(key, fact(facts, 'key'))
  const stub = {
    kind: 'apns',
    teamId: 'TEAM123456',
    keyId: 'KEY1234567',
    bundleId: 'com.example.chat',
    key: { file: key },
    endpoint: `https://${fact(facts, 'authority')}`,
    ca: { file: fact(facts, 'ca') },
  }
  const file = join(folder, 'providers.json')
  await writeFile(file, JSON.stringify({ stub }))
  return file
}

async function rawPace(facts: PeerFacts, sends: number): Promise<number> {
  const raw = startContestant('apns', 'node:http2', facts)
  try {
    const plan = { sends, inFlight: IN_FLIGHT, collects: false }
    await raw.send({ ...plan, from: 0 })
    const { wallMs } = await raw.send({ ...plan, from: sends })
    return (sends / wallMs) * 1e3
  } finally {
    await raw.stop()
  }
}

/** From the first decision to the last yes. */
const PACE = `
  select count(*)::int as sent,
    count(*)::float8 / extract(epoch from max(finished_at) - min(decided_at))::float8 as "perSecond"
  from deliveries where state = 'sent'`
