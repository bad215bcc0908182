import { setTimeout as pause } from 'node:timers/promises'
import type { BenchTools } from './bench.ts'
import type { LoadResult, QuestionsSpec } from './load/load-plan.ts'
import { formatNumber, type Limit, type Table } from './report.ts'
import type { ServerProcess } from './servers/server-process.ts'

/** About what one EMQX node asks; far below what either server can answer. */
const QUESTIONS_PER_SECOND = 1_000

/** Two at a time, argon2 with these costs is never so fast; more answers were not hashed for. */
const HASHES_PER_SECOND_MAX = 1_000

/** By then argon2 has all that it can take. */
const RUN_UP_MS = 300

export interface BesideOptions {
  readonly questions: QuestionsSpec
  readonly bare: ServerProcess
  readonly herald: ServerProcess
}

export interface BesideFinding {
  readonly table: Table
  readonly limit: Limit
  readonly figures: Readonly<Record<string, number>>
}

interface Comparison {
  readonly alone: LoadResult
  readonly beside: LoadResult
}

/**
 * Asks topic questions at a steady, moderate rate, alone and while wrong passwords keep Herald's
 * argon2 as busy as it may be, and compares the p99. The bare route is asked beside that argon2 as
 * well: what it loses is the processors' doing.
 */
export async function measureBesideArgon2(
  tools: BenchTools,
  { questions, bare, herald }: BesideOptions,
): Promise<BesideFinding> {
  const ms = tools.options.isQuick ? 1_500 : 4_000
  const passwords = createPasswordLoad(tools, herald, ms)
  async function compare(server: ServerProcess): Promise<Comparison> {
    const ask = () =>
      tools.load.run({
        port: server.port,
        connections: 8,
        depth: 100,
        questions,
        verdicts: server === herald ? 'checked' : 'counted',
        until: { kind: 'time', ms },
        perSecond: QUESTIONS_PER_SECOND,
      })
    return { alone: await ask(), beside: await passwords.during(ask) }
  }
  tools.say(`topic questions at ${QUESTIONS_PER_SECOND} a second, with and without argon2`)
  const ofBare = [await compare(bare)]
  const ofHerald = [await compare(herald)]
  if (!tools.options.isQuick) ofHerald.push(await compare(herald))
  return finding(p99Of(ofBare), p99Of(ofHerald), passwords.perSecond())
}

/** Sends passwords that nobody has sent before, as fast as they are refused. */
function createPasswordLoad({ options, startLoad }: BenchTools, herald: ServerProcess, ms: number) {
  const load = startLoad()
  let fastest = 0
  let seed = 0
  return {
    perSecond: () => fastest,
    async during(work: () => Promise<LoadResult>): Promise<LoadResult> {
      const passwords = load.run({
        port: herald.port,
        connections: 4,
        depth: 1,
        questions: { kind: 'wrong-password', scale: options.scale, seed: seed++, count: 1_000 },
        verdicts: 'checked',
        until: { kind: 'time', ms: ms + 2 * RUN_UP_MS },
      })
      const [result, { perSecond }] = await Promise.all([pause(RUN_UP_MS).then(work), passwords])
      if (perSecond > HASHES_PER_SECOND_MAX) throw new Error('passwords were refused unverified')
      fastest = Math.max(fastest, perSecond)
      return result
    },
  }
}

interface P99 {
  readonly alone: number
  readonly beside: number
}

/** Of the best passes. */
function p99Of(comparisons: readonly Comparison[]): P99 {
  return {
    alone: Math.min(...comparisons.map(({ alone }) => alone.p99Ms)),
    beside: Math.min(...comparisons.map(({ beside }) => beside.p99Ms)),
  }
}

function finding(bare: P99, herald: P99, argon2PerSecond: number): BesideFinding {
  return {
    table: {
      title: `p99 in ms at ${QUESTIONS_PER_SECOND} questions a second (argon2: ${formatNumber(argon2PerSecond)} a second)`,
      head: ['server', 'alone', 'beside argon2', 'times'],
      rows: [
        ['bare', ...cells(bare)],
        ['herald', ...cells(herald)],
      ],
    },
    limit: { name: 'beside-argon2-p99', ratio: herald.beside / herald.alone, most: 2 },
    figures: {
      'argon2-per-second': argon2PerSecond,
      'alone-p99-ms': herald.alone,
      'beside-argon2-p99-ms': herald.beside,
      'bare-alone-p99-ms': bare.alone,
      'bare-beside-argon2-p99-ms': bare.beside,
    },
  }
}

function cells({ alone, beside }: P99): readonly string[] {
  return [alone, beside, beside / alone].map(formatNumber)
}
