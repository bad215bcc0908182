import type { Bench, BenchTools } from './bench.ts'
import { forgetMessages } from './delivery-rows.ts'
import { playDrain } from './drain.ts'
import { bestFanout, type FanoutRound, playFanout } from './fanout.ts'
import { formatNumber } from './report.ts'
import type { ServerProcess } from './servers/server-process.ts'
import type { EventKind } from './world/event-requests.ts'
import type { BenchWorld } from './world/open-world.ts'

const TIMES = 10
/** Ten times the rows may cost so much. */
const MOST = 1.3
const ROUNDS = 3

/** What each kind of work takes, in a world and in one with ten times the rows in every table. */
export const growth: Bench = async (tools) => {
  const { options, world } = tools
  const small = await paceOf(tools, await tools.openWorld(options.scale / TIMES))
  const large = await paceOf(tools, world)
  const names = Object.keys(small)
  const slowdown = (name: string) => (small[name] ?? Number.NaN) / (large[name] ?? Number.NaN)
  return {
    bench: 'growth',
    tables: [
      {
        title: `With ${TIMES} times the rows`,
        head: [
          'a second',
          `scale ${options.scale / TIMES}`,
          `scale ${options.scale}`,
          'times slower',
        ],
        rows: names.map((name) => [
          name,
          ...[small[name], large[name], slowdown(name)].map(formatNumber),
        ]),
      },
    ],
    limits: names.map((name) => ({ name: `growth-${name}`, ratio: slowdown(name), most: MOST })),
    figures: Object.fromEntries(
      names.flatMap((name) => [
        [`${name}-small`, small[name] ?? Number.NaN],
        [`${name}-large`, large[name] ?? Number.NaN],
      ]),
    ),
  }
}

type Pace = Readonly<Record<string, number>>

async function paceOf(tools: BenchTools, world: BenchWorld): Promise<Pace> {
  tools.say(`the world of scale ${world.scale}`)
  const drained = await playDrain(tools, world, 0)
  await forgetMessages(world)
  const herald = await tools.startHerald({ HERALD_ROLES: 'hooks' }, world)
  await writeHistory(world)
  const presence = await eventsPerSecond(tools, world, herald, 'presence')
  const direct = await eventsPerSecond(tools, world, herald, 'direct-message')
  const fanouts: FanoutRound[] = []
  for (let round = 0; round < ROUNDS; round++) {
    fanouts.push(await playFanout(tools, world, herald, round))
  }
  await herald.stop()
  const { deliveries, heraldMs } = bestFanout(fanouts)
  return {
    'presence-events': presence,
    'direct-messages': direct,
    'drained-deliveries': drained.perSecond,
    'fanned-out-deliveries': (deliveries * 1_000) / heraldMs,
  }
}

/** The best of some rounds, after one that doesn't count. */
async function eventsPerSecond(
  { options, load }: BenchTools,
  world: BenchWorld,
  { port }: ServerProcess,
  kind: EventKind,
): Promise<number> {
  const at = Date.now()
  let best = 0
  for (let round = 0; round <= ROUNDS; round++) {
    const { perSecond } = await load.run({
      port,
      connections: 8,
      depth: 16,
      questions: { kind, scale: world.scale, seed: 600 + round, count: 30_000, at },
      verdicts: 'counted',
      until: { kind: 'time', ms: options.isQuick ? 400 : 1_200 },
    })
    if (round > 0) best = Math.max(best, perSecond)
  }
  return best
}

/** A message of today for each user, sent to an address of theirs. */
async function writeHistory(world: BenchWorld): Promise<void> {
  await world.query(`
    insert into messages (day, id, kind, inbox, from_uid, sent_at, expires_at)
    select current_date, md5(u.id)::uuid, 'direct-message', 'user/' || u.id, 'user1',
      now() - interval '1 min', now() + interval '1 day'
    from users u`)
  await world.query(`
    insert into deliveries (day, message_id, address_id, user_id, device_id, provider, conversation,
      state, decided_at, due_at, expires_at, wake_at, attempt, finished_at)
    select current_date, md5(a.user_id)::uuid, a.id, a.user_id, a.device_id, a.provider, 'user/user1',
      'sent', now(), now(), now() + interval '1 day', now(), 1, now()
    from addresses a`)
  await world.query('analyze messages, deliveries')
}
