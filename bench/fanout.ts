import type { Bench, BenchTools } from './bench.ts'
import { forgetMessages } from './delivery-rows.ts'
import { formatNumber, type Report } from './report.ts'
import type { Rss, ServerProcess } from './servers/server-process.ts'
import { messageId } from './world/event-requests.ts'
import type { BenchWorld } from './world/open-world.ts'
import { HOOK_SECRET } from './world/questions.ts'
import { CROWD_GID, createWorld, uidOf } from './world/world.ts'

const BYTES_PER_MEBIBYTE = 1_048_576

/** One message to a group of a hundred thousand, half of them offline, against the bare insert. */
export const fanout: Bench = async (tools) => {
  const { options, world, say } = tools
  await forgetMessages(world)
  const herald = await tools.startHerald({ HERALD_ROLES: 'hooks' })
  say(`a message to ${createWorld(options.scale).size.crowd.toLocaleString('en-US')} members`)
  await playFanout(tools, world, herald, 0)
  const before = await herald.rss()
  const rounds: FanoutRound[] = []
  for (let round = 1; round <= options.rounds; round++) {
    rounds.push(await playFanout(tools, world, herald, round))
  }
  const after = await herald.rss()
  await herald.stop()
  return reportOf(rounds, before, after)
}

function reportOf(rounds: readonly FanoutRound[], before: Rss, after: Rss): Report {
  const best = bestFanout(rounds)
  return {
    bench: 'fanout',
    tables: [
      {
        title: `A message to the crowd (the best of ${rounds.length})`,
        head: ['', 'deliveries', 'ms', 'deliveries/s'],
        rows: [
          ['insert … select', ...cells(best.deliveries, best.rawMs)],
          ['herald, until its yes', ...cells(best.deliveries, best.heraldMs)],
        ],
      },
      {
        title: 'Memory of Herald, MiB of RSS',
        head: ['', 'with garbage', 'without'],
        rows: [
          ['after the first message', ...memoryCells(before)],
          ['after the last', ...memoryCells(after)],
        ],
      },
    ],
    limits: [
      { name: 'fanout', ratio: best.rawMs / best.heraldMs, least: 0.7 },
      {
        name: 'fanout-memory',
        ratio: mebibytes(after.settled) / mebibytes(before.settled),
        most: 1.2,
      },
    ],
    figures: {
      'fanout-deliveries': best.deliveries,
      'fanout-ms': best.heraldMs,
      'fanout-raw-ms': best.rawMs,
      'fanout-memory-mib': mebibytes(after.settled),
    },
  }
}

export interface FanoutRound {
  readonly deliveries: number
  readonly heraldMs: number
  readonly rawMs: number
}

export function bestFanout(rounds: readonly FanoutRound[]): FanoutRound {
  return {
    deliveries: rounds[0]?.deliveries ?? 0,
    heraldMs: Math.min(...rounds.map(({ heraldMs }) => heraldMs)),
    rawMs: Math.min(...rounds.map(({ rawMs }) => rawMs)),
  }
}

/** Has Herald write the deliveries of one message, and then writes as many rows without it. */
export async function playFanout(
  { say }: BenchTools,
  world: BenchWorld,
  herald: ServerProcess,
  round: number,
): Promise<FanoutRound> {
  const number = { at: Date.now(), seed: 779, index: round }
  const id = messageId(number)
  // Messages that nobody has sent yet would fold into each other.
  await world.query('truncate conversation_slots')
  const heraldMs = await timed(() => post(herald, id, number.at))
  const [written] = await world.query<{ count: number }>(
    'select count(*)::int as count from deliveries where message_id = $1::uuid',
    [id],
  )
  await world.query(RAW_TABLE)
  let deliveries = 0
  const rawMs = await timed(async () => {
    const rows = await world.query<{ count: number }>(RAW_INSERT, [id, uidOf(SENDER)])
    deliveries = rows[0]?.count ?? 0
  })
  if (written?.count !== deliveries || deliveries === 0) {
    throw new Error(`${written?.count} deliveries instead of ${deliveries}`)
  }
  say(`  ${formatNumber(heraldMs)} ms, bare ${formatNumber(rawMs)} ms`)
  return { deliveries, heraldMs, rawMs }
}

/** Online, a member, and blocked by nobody who is offline. */
const SENDER = 3

async function post(herald: ServerProcess, id: string, at: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${herald.port}/emqx/5/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-herald-secret': HOOK_SECRET },
    body: JSON.stringify({
      id,
      clientid: `device${SENDER}`,
      username: uidOf(SENDER),
      topic: `group/${CROWD_GID}/inbox/${uidOf(SENDER)}`,
      qos: 1,
      publish_received_at: at,
      pub_props: { 'User-Property': {} },
      payload_b64: Buffer.from('To all of you.').toString('base64'),
      event: 'message.publish',
      node: 'emqx@127.0.0.1',
    }),
  })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  await response.body?.cancel()
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

const RAW_TABLE = 'create table if not exists bench_deliveries (like deliveries including all)'

/** The same rows, found by the shortest way. */
const RAW_INSERT = `
  with written as (
    insert into bench_deliveries (day, message_id, address_id, user_id, device_id, provider,
      conversation, decided_at, due_at, expires_at, wake_at)
    select current_date, $1::uuid, a.id, a.user_id, a.device_id, a.provider,
      'group/${CROWD_GID}', now(), now(), now() + interval '1 day', now() + interval '2 s'
    from memberships m join addresses a on a.user_id = m.user_id
    where m.group_id = '${CROWD_GID}' and m.user_id <> $2
      and not exists (
        select from device_presence p where p.user_id = m.user_id and p.is_online
      )
    returning 1
  )
  select count(*)::int as count from written`

function cells(deliveries: number, ms: number): readonly string[] {
  return [deliveries, ms, (deliveries * 1_000) / ms].map(formatNumber)
}

function memoryCells({ busy, settled }: Rss): readonly string[] {
  return [busy, settled].map((bytes) => formatNumber(mebibytes(bytes)))
}

function mebibytes(bytes = Number.NaN): number {
  return bytes / BYTES_PER_MEBIBYTE
}
