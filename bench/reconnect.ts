import type { Bench, BenchTools } from './bench.ts'
import { formatNumber, type Report } from './report.ts'
import type { ServerProcess } from './servers/server-process.ts'
import { type ApiPeer, startApiPeer } from './sessions/api-peer.ts'
import { actingOn, forgetSessions, sessionsSettled } from './sessions/session-rows.ts'
import { HOOK_SECRET } from './world/questions.ts'
import { clientIdOf, createWorld, uidOf } from './world/world.ts'

const DEVICES = 50_000
const DEVICES_QUICK = 1_000
const LIMIT_MS = 600_000
const BYTES_PER_MEBIBYTE = 1_048_576

/** All devices come back at once: what is asked of the broker, and how long until all is right. */
export const reconnect: Bench = async (tools) => {
  const { options, world, say } = tools
  const { users } = createWorld(options.scale).size
  const devices = Math.min(users, options.isQuick ? DEVICES_QUICK : DEVICES)
  await forgetSessions(world)
  const peer = await startApiPeer()
  try {
    const herald = await tools.startHerald(actingOn(peer.url))
    const before = await herald.rss()
    const storms: Storm[] = []
    const at = Date.now()
    for (const [name, change] of STORMS) {
      say(`${formatNumber(devices)} devices, ${name}`)
      const fields = change(at + storms.length * 60_000)
      storms.push({ name, ...(await playStorm(tools, { herald, peer, devices }, fields)) })
    }
    const after = await herald.rss()
    await herald.stop()
    return reportOf({ storms, devices, most: peer.underWayMax() }, [before.settled, after.settled])
  } finally {
    await forgetSessions(world)
    await peer.close()
  }
}

/** What the connects of a storm say; each is later than those before it. */
const STORMS: readonly (readonly [string, (at: number) => object])[] = [
  ['with new sessions', (connected_at) => ({ connected_at, clean_start: true })],
  ['with the sessions that they had', (connected_at) => ({ connected_at, clean_start: false })],
  ['with new sessions again', (connected_at) => ({ connected_at, clean_start: true })],
]

interface Storm {
  readonly name: string
  readonly calls: number
  readonly eventsMs: number
  readonly ms: number
}

interface Stage {
  readonly herald: ServerProcess
  readonly peer: ApiPeer
  readonly devices: number
}

async function playStorm(
  { world }: BenchTools,
  { herald, peer, devices }: Stage,
  fields: object,
): Promise<Omit<Storm, 'name'>> {
  const callsBefore = callsOf(peer)
  const startedAt = performance.now()
  await postConnects(herald.port, devices, fields)
  const eventsMs = performance.now() - startedAt
  await sessionsSettled(world, devices, LIMIT_MS)
  return { calls: callsOf(peer) - callsBefore, eventsMs, ms: performance.now() - startedAt }
}

function callsOf({ calls }: ApiPeer): number {
  const ofClients = [...calls].filter(([name]) => /subscri|cache/.test(name))
  return ofClients.reduce((sum, [, count]) => sum + count, 0)
}

const EVENTS_PER_REQUEST = 50
const LANES = 8

/** As fast as Herald takes them. */
async function postConnects(port: number, devices: number, fields: object): Promise<void> {
  let next = 0
  async function walkLane(): Promise<void> {
    while (next < devices) {
      const first = next
      next += EVENTS_PER_REQUEST
      const count = Math.min(EVENTS_PER_REQUEST, devices - first)
      const events = Array.from({ length: count }, (_, n) => connectOf(first + n, fields))
      await post(port, events)
    }
  }
  await Promise.all(Array.from({ length: LANES }, walkLane))
}

function connectOf(device: number, fields: object): object {
  return {
    event: 'client.connected',
    clientid: clientIdOf(device),
    username: uidOf(device),
    node: 'emqx@127.0.0.1',
    peername: `198.51.100.7:${1_024 + (device % 60_000)}`,
    expiry_interval: 7_200,
    keepalive: 60,
    ...fields,
  }
}

async function post(port: number, events: readonly object[]): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/emqx/5/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-herald-secret': HOOK_SECRET },
    body: JSON.stringify(events),
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`events were answered with ${response.status}`)
}

function reportOf(
  { storms, devices, most }: { storms: readonly Storm[]; devices: number; most: number },
  [before = Number.NaN, after = Number.NaN]: readonly (number | undefined)[],
): Report {
  const [fresh, resumed] = storms
  const mebibytes = [before, after].map((bytes) => bytes / BYTES_PER_MEBIBYTE)
  return {
    bench: 'reconnect',
    tables: [
      {
        title: `${formatNumber(devices)} devices come back`,
        head: ['', 'calls to the broker', 'events taken, s', 'all right, s', 'devices/s'],
        rows: storms.map(({ name, calls, eventsMs, ms }) => [
          name,
          ...[calls, eventsMs / 1_000, ms / 1_000, (devices * 1_000) / ms].map(formatNumber),
        ]),
      },
      {
        title: 'Memory of Herald, MiB of RSS without garbage; calls under way at once, at most',
        head: ['before', 'after', 'calls'],
        rows: [[...mebibytes, most].map(formatNumber)],
      },
    ],
    limits: [
      { name: 'calls-for-a-new-session', ratio: (fresh?.calls ?? Number.NaN) / devices, most: 1 },
      { name: 'calls-for-a-resumed-one', ratio: (resumed?.calls ?? Number.NaN) / devices, most: 0 },
    ],
    figures: {
      'reconnect-devices': devices,
      'reconnect-fresh-ms': fresh?.ms ?? Number.NaN,
      'reconnect-resumed-ms': resumed?.ms ?? Number.NaN,
      'reconnect-memory-mib': mebibytes[1] ?? Number.NaN,
    },
  }
}
