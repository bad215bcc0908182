import type { Bench, BenchTools } from './bench.ts'
import type { LoadResult, QuestionsSpec } from './load/load-plan.ts'
import { matchFigures, matchLimits, matchTable } from './match-report.ts'
import { formatNumber, type Table } from './report.ts'
import { type Match, playRounds, QUESTION_SHAPES } from './rounds.ts'
import type { ServerProcess } from './servers/server-process.ts'
import { yesTo } from './world/questions.ts'

/** What each kind of login must reach of the bare route. */
const KINDS = [
  { kind: 'secret', title: 'Logins by device secret', throughput: 0.7 },
  { kind: 'token', title: 'Logins by HS256 token', throughput: 0.5 },
  { kind: 'password', title: 'Logins by remembered password', throughput: 0.5 },
] as const

type LoginKind = (typeof KINDS)[number]['kind']

/** Logins of each kind against the bare route, then a storm of them. */
export const connect: Bench = async (tools) => {
  const { options, say } = tools
  const herald = await tools.startHerald()
  say('passwords right after a start')
  const cold = await coldPasswords(tools, herald)
  const played = []
  for (const { kind, title, throughput } of KINDS) {
    say(`${title.toLowerCase()}: ${options.rounds} rounds of each server under each load`)
    played.push({ kind, title, throughput, matches: await playKind(tools, herald, kind) })
  }
  const storm = await reconnectAll(tools, herald)
  return {
    bench: 'connect',
    tables: [
      ...played.map(({ title, matches }) => matchTable(title, matches)),
      besidesTable(cold, storm),
    ],
    limits: played.flatMap(({ kind, throughput, matches }) =>
      matchLimits(kind, matches, { throughput, p99: 3 }),
    ),
    figures: {
      ...Object.assign({}, ...played.map(({ kind, matches }) => matchFigures(kind, matches))),
      'cold-passwords-per-second': cold.perSecond,
      'storm-logins': storm.answered,
      'storm-seconds': storm.seconds,
    },
  }
}

/** The users whose passwords are remembered; argon2 takes each of them once before the rounds. */
const REMEMBERED = { full: 500, quick: 100 } as const

function remembered({ options }: BenchTools): QuestionsSpec {
  const count = options.isQuick ? REMEMBERED.quick : REMEMBERED.full
  return { kind: 'password', scale: options.scale, seed: 1, count }
}

/** Every password is new to a process that has just started, so each costs one argon2. */
async function coldPasswords(tools: BenchTools, herald: ServerProcess): Promise<LoadResult> {
  const questions = remembered(tools)
  return await tools.load.run({
    port: herald.port,
    connections: 4,
    depth: 1,
    questions,
    verdicts: 'checked',
    until: { kind: 'count', requests: questions.count },
  })
}

async function playKind(
  tools: BenchTools,
  herald: ServerProcess,
  kind: LoginKind,
): Promise<readonly Match[]> {
  const { options, load } = tools
  const count = options.isQuick ? 10_000 : 50_000
  const questions = (round: number): QuestionsSpec =>
    kind === 'password' ? remembered(tools) : { kind, scale: options.scale, seed: 1 + round, count }
  const bare = await tools.startBare(await yesTo(questions(0), herald.port))
  const matches = await playRounds({
    rounds: options.rounds,
    shapes: QUESTION_SHAPES,
    roundMs: options.isQuick ? 500 : 1_500,
    questions,
    load,
    bare,
    herald,
    postgresCpuUs: tools.postgresCpuUs,
  })
  await bare.stop()
  return matches
}

const STORM = { full: 50_000, quick: 5_000 } as const

/** As many devices as a broker node holds come back at once, each with its secret. */
async function reconnectAll(tools: BenchTools, herald: ServerProcess): Promise<LoadResult> {
  const { options, load, say } = tools
  const count = options.isQuick ? STORM.quick : STORM.full
  say(`${count.toLocaleString('en-US')} devices reconnect at once`)
  return await load.run({
    port: herald.port,
    connections: 8,
    depth: 100,
    questions: { kind: 'secret', scale: options.scale, seed: 99, count },
    verdicts: 'checked',
    until: { kind: 'count', requests: count },
  })
}

function besidesTable(cold: LoadResult, storm: LoadResult): Table {
  return {
    title: 'Besides',
    head: ['', 'logins', 'seconds', 'logins/s'],
    rows: [
      ['passwords right after a start (argon2)', ...cells(cold)],
      ['devices reconnecting at once (secret)', ...cells(storm)],
    ],
  }
}

function cells({ answered, seconds, perSecond }: LoadResult): readonly string[] {
  return [answered, seconds, perSecond].map(formatNumber)
}
