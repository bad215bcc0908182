import type { LoadPlan, LoadResult, QuestionsSpec } from './load/load-plan.ts'
import type { LoadProcess } from './load/load-process.ts'
import type { ServerProcess } from './servers/server-process.ts'

/** How EMQX loads a hook: few connections pipelined deep, or many that ask one at a time. */
export interface Shape {
  readonly name: string
  readonly connections: number
  readonly depth: number
}

/** Questions. */
export const QUESTION_SHAPES: readonly Shape[] = [
  { name: '8x100', connections: 8, depth: 100 },
  { name: '64', connections: 64, depth: 1 },
]

/** Events: an HTTP action keeps a hundred or so under way. */
export const EVENT_SHAPES: readonly Shape[] = [
  { name: '8x16', connections: 8, depth: 16 },
  { name: '64', connections: 64, depth: 1 },
]

/** One round of one server. */
export interface Round extends LoadResult {
  /** Microseconds of CPU for each question; undefined where there is no /proc. */
  readonly serverCpuUs: number | undefined
  readonly postgresCpuUs: number | undefined
}

/** The rounds of both servers under one shape, in the order in which they were played. */
export interface Match {
  readonly shape: Shape
  readonly bare: readonly Round[]
  readonly herald: readonly Round[]
}

export interface RoundsOptions {
  readonly rounds: number
  readonly roundMs: number
  readonly shapes: readonly Shape[]
  /** Other questions in each round, so that none of them is met twice. */
  readonly questions: (round: number, shape: Shape) => QuestionsSpec
  readonly load: LoadProcess
  readonly bare: ServerProcess
  readonly herald: ServerProcess
  /** CPU that Postgres has used so far, in microseconds. */
  readonly postgresCpuUs: () => number | undefined
}

/**
 * Plays the servers against each other by turns, bare, herald, bare, herald …, so that a machine
 * that slows down slows both. A first turn of each warms them up and doesn't count.
 */
export async function playRounds(options: RoundsOptions): Promise<readonly Match[]> {
  const matches: Match[] = []
  for (const shape of options.shapes) {
    const bare: Round[] = []
    const herald: Round[] = []
    for (let round = 0; round <= options.rounds; round++) {
      const questions = options.questions(round, shape)
      bare.push(await play(options, shape, questions, options.bare))
      herald.push(await play(options, shape, questions, options.herald))
    }
    matches.push({ shape, bare: bare.slice(1), herald: herald.slice(1) })
  }
  return matches
}

/** Herald's rounds alone, held against those of the bare route in matches that were played before. */
export async function playAgainst(
  matches: readonly Match[],
  options: Omit<RoundsOptions, 'bare' | 'shapes'>,
): Promise<readonly Match[]> {
  const played: Match[] = []
  for (const { shape, bare } of matches) {
    const herald: Round[] = []
    for (let round = 0; round <= options.rounds; round++) {
      herald.push(await play(options, shape, options.questions(round, shape), options.herald))
    }
    played.push({ shape, bare, herald: herald.slice(1) })
  }
  return played
}

async function play(
  { load, roundMs, herald, postgresCpuUs }: Omit<RoundsOptions, 'bare' | 'shapes'>,
  shape: Shape,
  questions: QuestionsSpec,
  server: ServerProcess,
): Promise<Round> {
  const plan: LoadPlan = {
    port: server.port,
    connections: shape.connections,
    depth: shape.depth,
    questions,
    verdicts: server === herald ? 'checked' : 'counted',
    until: { kind: 'time', ms: roundMs },
  }
  const before = { server: server.cpuUs(), postgres: postgresCpuUs() }
  const result = await load.run(plan)
  if (questions.at !== undefined && result.answered > questions.count * FRESH_SHARE) {
    throw new Error(`${result.answered} events asked for, of ${questions.count}: some came twice`)
  }
  return {
    ...result,
    serverCpuUs: each(before.server, server.cpuUs(), result.answered),
    postgresCpuUs: each(before.postgres, postgresCpuUs(), result.answered),
  }
}

/** An event that comes twice costs less; connections don't all ask as many. */
const FRESH_SHARE = 0.9

function each(
  before: number | undefined,
  after: number | undefined,
  answered: number,
): number | undefined {
  return before === undefined || after === undefined ? undefined : (after - before) / answered
}

/** What the best rounds say: noise only ever makes a round worse. */
export interface Best {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly serverCpuUs: number
  readonly postgresCpuUs: number
  readonly loadCpuUs: number
}

export function bestOf(rounds: readonly Round[]): Best {
  const least = (read: (round: Round) => number | undefined) =>
    Math.min(...rounds.map((round) => read(round) ?? Number.NaN))
  return {
    perSecond: Math.max(...rounds.map(({ perSecond }) => perSecond)),
    p50Ms: least(({ p50Ms }) => p50Ms),
    p99Ms: least(({ p99Ms }) => p99Ms),
    serverCpuUs: least(({ serverCpuUs }) => serverCpuUs),
    postgresCpuUs: least(({ postgresCpuUs }) => postgresCpuUs),
    loadCpuUs: least(({ loadCpuUs }) => loadCpuUs),
  }
}

/** Herald's best rounds as shares of the bare route's; of CPU and p99, what Herald takes more. */
export interface MatchRatios {
  readonly throughput: number
  /** The bare route's CPU for a question over Herald's, so that more is better, as in `throughput`. */
  readonly cpu: number
  /** Herald's p99 over the bare route's: less is better. */
  readonly p99: number
  /** The median of Herald's share round by round, for a machine too restless for best rounds. */
  readonly paired: number
}

export function ratiosOf({ bare, herald }: Match): MatchRatios {
  const limit = bestOf(bare)
  const measured = bestOf(herald)
  return {
    throughput: measured.perSecond / limit.perSecond,
    cpu: limit.serverCpuUs / measured.serverCpuUs,
    p99: measured.p99Ms / limit.p99Ms,
    paired: median(
      herald.map(({ perSecond }, round) => perSecond / (bare[round]?.perSecond ?? NaN)),
    ),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2
}
