import { setTimeout as pause } from 'node:timers/promises'
import type { Bench, BenchTools } from './bench.ts'
import { createLatencies, type Latencies } from './load/latencies.ts'
import { formatNumber, type Report } from './report.ts'
import {
  type BenchClient,
  connectClient,
  freePort,
  startBroker,
} from './sessions/revocation-stage.ts'
import { actingOn, forgetSessions, sessionsSettled } from './sessions/session-rows.ts'
import { clientIdOf, uidOf } from './world/world.ts'

const DEVICES = 1_000
const DEVICES_QUICK = 200
/** Rights that are withdrawn one after the other in so many lanes at once. */
const LANES = 10
const PUBLISH_MS = 2
/** So long nothing may come that was published after the commit. */
const QUIET_MS = 250
const LIMIT_MS = 120_000

/** From the commit that withdraws a right to the last delivery of a message that was published after it. */
export const revoke: Bench = async (tools) => {
  const { options, world, say } = tools
  const devices = options.isQuick ? DEVICES_QUICK : DEVICES
  await forgetSessions(world)
  const managementPort = await freePort()
  const herald = await tools.startHerald(actingOn(`http://127.0.0.1:${managementPort}`))
  const broker = await startBroker(herald.port, managementPort)
  try {
    await makeGroups(tools, devices)
    const hall = await openHall(broker.tcpPort, devices)
    await sessionsSettled(world, devices, LIMIT_MS)
    say(`${formatNumber(devices)} devices are connected; rights are withdrawn one by one`)
    const single = createLatencies()
    await revokeOneByOne(tools, hall, devices, single)
    await world.query(JOIN_ALL)
    await sessionsSettled(world, devices, LIMIT_MS)
    say('and all at once')
    const storm = createLatencies()
    await revokeAtOnce(tools, hall, devices, storm)
    hall.close()
    return reportOf(devices, single, storm)
  } finally {
    await broker.close()
    await herald.stop()
    await world.query(`delete from groups where id like 'revoke-%'`)
    await forgetSessions(world)
  }
}

const JOIN_ALL = `
insert into memberships (group_id, user_id)
select id, 'user' || substr(id, 8) from groups where id like 'revoke-%'
on conflict do nothing`

const gidOf = (device: number): string => `revoke-${device}`

/** One for each device, so that it is known who still hears a message. */
async function makeGroups({ world }: BenchTools, devices: number): Promise<void> {
  await world.query(
    `insert into groups (id) select 'revoke-' || i from generate_series(0, $1 - 1) i
    on conflict do nothing`,
    [devices],
  )
  await world.query(JOIN_ALL)
}

/** Everybody who listens, and somebody who talks. */
interface Hall {
  readonly talker: BenchClient
  /** By device, when the last message came, and when it had been published. */
  readonly heard: { at: number; publishedAt: number }[]
  close(): void
}

async function openHall(port: number, devices: number): Promise<Hall> {
  const heard = Array.from({ length: devices }, () => ({ at: 0, publishedAt: 0 }))
  const clients: BenchClient[] = []
  for (const [device, last] of heard.entries()) {
    const login = { clientId: clientIdOf(device), username: uidOf(device) }
    const note = (payload: string) => {
      last.at = performance.now()
      last.publishedAt = Math.max(last.publishedAt, Number(payload))
    }
    clients.push(await connectClient(port, login, note))
  }
  const talker = await connectClient(port, { clientId: 'talker', username: 'talker' }, () => {})
  return {
    talker,
    heard,
    close() {
      for (const client of [...clients, talker]) client.close()
    },
  }
}

function tell({ talker }: Hall, device: number): void {
  talker.publish(`group/${gidOf(device)}/inbox/talker`, `${performance.now()}`)
}

async function revokeOneByOne(
  { world }: BenchTools,
  hall: Hall,
  devices: number,
  latencies: Latencies,
): Promise<void> {
  let next = 0
  async function walkLane(): Promise<void> {
    while (next < devices) {
      const device = next++
      // The commit is after this moment, so what is measured is no less than what it was.
      const committedAt = performance.now()
      await world.query('delete from memberships where group_id = $1', [gidOf(device)])
      latencies.record(await untilUnheard(hall, device, committedAt))
    }
  }
  await Promise.all(Array.from({ length: LANES }, walkLane))
}

/** Talks to one device until it hears nothing any more; returns after how long it did last. */
async function untilUnheard(hall: Hall, device: number, committedAt: number): Promise<number> {
  const startedAt = performance.now()
  for (;;) {
    tell(hall, device)
    await pause(PUBLISH_MS)
    const since = Math.max(hall.heard[device]?.at ?? 0, startedAt)
    if (performance.now() - since > QUIET_MS) break
  }
  return lastAfter(hall, device, committedAt)
}

/** 0 where nothing that was published after the commit has come. */
function lastAfter({ heard }: Hall, device: number, committedAt: number): number {
  const last = heard[device]
  return last === undefined || last.publishedAt < committedAt ? 0 : last.at - committedAt
}

async function revokeAtOnce(
  { world }: BenchTools,
  hall: Hall,
  devices: number,
  latencies: Latencies,
): Promise<void> {
  const committedAt = performance.now()
  let isOver = false
  const talking = (async () => {
    for (let device = 0; !isOver; device = (device + 1) % devices) {
      tell(hall, device)
      if (device % 20 === 0) await pause(1)
    }
  })()
  await world.query(`delete from memberships where group_id like 'revoke-%'`)
  await sessionsSettled(world, devices, LIMIT_MS)
  await pause(QUIET_MS)
  isOver = true
  await talking
  for (let device = 0; device < devices; device++) {
    latencies.record(lastAfter(hall, device, committedAt))
  }
}

function reportOf(devices: number, single: Latencies, storm: Latencies): Report {
  const row = (name: string, latencies: Latencies) => [
    name,
    ...[0.5, 0.99, 1].map((share) => formatNumber(latencies.percentile(share))),
  ]
  return {
    bench: 'revoke',
    tables: [
      {
        title: `From a commit to the last delivery, ms (${formatNumber(devices)} connected devices)`,
        head: ['', 'p50', 'p99', 'most'],
        rows: [row('one by one', single), row('all at once', storm)],
      },
    ],
    limits: [
      { name: 'revoke-p99-seconds', ratio: single.percentile(0.99) / 1_000, most: 1 },
      { name: 'revoke-all-p99-seconds', ratio: storm.percentile(0.99) / 1_000, most: 5, aim: 1 },
    ],
    figures: {
      'revoke-p50-ms': single.percentile(0.5),
      'revoke-p99-ms': single.percentile(0.99),
      'revoke-all-p99-ms': storm.percentile(0.99),
    },
  }
}
