import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench, BenchTools } from './bench.ts'
import { countDeliveries, deliveriesSettled, forgetMessages } from './delivery-rows.ts'
import { measureSendDelay } from './events-send-delay.ts'
import { measureStubLatency } from './events-stub-latency.ts'
import type { QuestionsSpec } from './load/load-plan.ts'
import { matchFigures, matchTable } from './match-report.ts'
import type { Limit } from './report.ts'
import {
  bestOf,
  EVENT_SHAPES,
  type Match,
  playAgainst,
  playRounds,
  type RoundsOptions,
  ratiosOf,
  type Shape,
} from './rounds.ts'
import type { EventKind } from './world/event-requests.ts'
import { answerTo } from './world/questions.ts'

/** All that waits is sent within this time, or something is wrong. */
const DRAIN_MS = 60_000

/**
 * Events against the bare route, every one of them durable before it is answered; then the same with
 * the worker at work in the same process, and how long a notification is on its way.
 */
export const events: Bench = async (tools) => {
  const presence = await playKind(tools, 'presence', 'presence events')
  const direct = await playKind(tools, 'direct-message', 'messages to people who are offline')
  const { drained, sent, delay, latency } = await playDrained(tools, direct)
  return {
    bench: 'events',
    tables: [
      matchTable('Presence events', presence),
      matchTable('Messages to people who are offline', direct),
      matchTable('The same while they are sent', drained),
      delay.table,
      latency.table,
    ],
    limits: [
      ...throughput('presence', presence, 0.7),
      ...throughput('direct', direct, 0.5),
      ...throughput('drained', drained, 0.35),
    ],
    figures: {
      ...matchFigures('presence', presence),
      ...matchFigures('direct', direct),
      ...matchFigures('drained', drained),
      'drained-sent-by-the-end': sent,
      ...delay.figures,
      ...latency.figures,
    },
  }
}

/** Herald does everything at once, from here on. */
async function playDrained(tools: BenchTools, direct: readonly Match[]) {
  const { world, say, folder } = tools
  // What was written while nobody sent would be drained beside what is measured.
  await forgetMessages(world)
  const stubFile = join(folder, 'stub.jsonl')
  await rm(stubFile, { force: true })
  const herald = await tools.startHerald({ HERALD_STUB_FILE: stubFile, ...UNFOLDED })
  say('the same while they are sent at once')
  const drained = await playAgainst(direct, { ...rounds(tools, 'direct-message'), herald })
  const sent = await countDeliveries(world, 'sent')
  await deliveriesSettled(world, DRAIN_MS)
  const half = Math.min(...drained.map((match) => bestOf(match.herald).perSecond)) / 2
  const delay = await measureSendDelay(tools, herald, half)
  const latency = await measureStubLatency(tools, herald, stubFile)
  await herald.stop()
  return { drained, sent, delay, latency }
}

/** Nothing waits for a run of messages to end: what is measured is the way, not the wait. */
const UNFOLDED = { HERALD_COALESCE_WINDOW: '0s' } as const

/** Against a Herald that only takes events. */
async function playKind(
  tools: BenchTools,
  kind: EventKind,
  title: string,
): Promise<readonly Match[]> {
  await forgetMessages(tools.world)
  const herald = await tools.startHerald({ HERALD_ROLES: 'hooks', ...UNFOLDED })
  const options = rounds(tools, kind)
  const [shape] = options.shapes
  const bare = await tools.startBare(
    shape === undefined ? '' : await answerTo(options.questions(0, shape), herald.port),
  )
  tools.say(`${title}: ${options.rounds} rounds of each server under each load`)
  const matches = await playRounds({ ...options, bare, herald })
  await bare.stop()
  await herald.stop()
  return matches
}

/** Every call is about other events, for those that come twice cost less. */
function rounds(
  { options, load, postgresCpuUs }: BenchTools,
  kind: EventKind,
): Omit<RoundsOptions, 'bare' | 'herald'> {
  const at = Date.now()
  return {
    rounds: options.rounds,
    roundMs: options.isQuick ? 300 : 1_200,
    shapes: EVENT_SHAPES,
    questions: (round: number, shape: Shape): QuestionsSpec => ({
      kind,
      scale: options.scale,
      seed: round * EVENT_SHAPES.length + EVENT_SHAPES.indexOf(shape),
      count: options.isQuick ? 40_000 : 150_000,
      at,
    }),
    load,
    postgresCpuUs,
  }
}

function throughput(name: string, matches: readonly Match[], least: number): readonly Limit[] {
  return matches.map((match) => ({
    name: `${name}-${match.shape.name}`,
    ratio: ratiosOf(match).throughput,
    least,
  }))
}
