import type { BenchTools } from './bench.ts'
import type { QuestionsSpec } from './load/load-plan.ts'
import { formatNumber, type Limit, type Table } from './report.ts'
import { bestOf, type Match, type Round } from './rounds.ts'
import type { Rss, ServerProcess } from './servers/server-process.ts'

const QUESTIONS_FULL = 1_000_000
const QUESTIONS_QUICK = 50_000

/** How long Herald may be asked for what is missing. */
const TIME_MAX_MS = 60_000

const BYTES_PER_MEBIBYTE = 1_048_576

export interface MemoryOptions {
  readonly questions: QuestionsSpec
  readonly bare: ServerProcess
  readonly herald: ServerProcess
  /** What the servers have answered already. */
  readonly matches: readonly Match[]
}

export interface MemoryFinding {
  readonly table: Table
  readonly limit: Limit
  readonly figures: Readonly<Record<string, number>>
}

/** Asks both servers as many questions, a million if there is time, and compares what they keep. */
export async function compareMemory(
  tools: BenchTools,
  options: MemoryOptions,
): Promise<MemoryFinding> {
  const { bare, herald, matches } = options
  const heraldRounds = matches.flatMap((match) => match.herald)
  const inTime = Math.floor((bestOf(heraldRounds).perSecond * TIME_MAX_MS) / 1_000)
  const wanted = tools.options.isQuick ? QUESTIONS_QUICK : QUESTIONS_FULL
  const total = Math.min(wanted, answeredIn(heraldRounds) + inTime)
  tools.say(`memory after ${total.toLocaleString('en-US')} questions`)

  const bareRounds = matches.flatMap((match) => match.bare)
  await askMissing(tools, options, bare, total - answeredIn(bareRounds))
  await askMissing(tools, options, herald, total - answeredIn(heraldRounds))
  return finding(total, inMebibytes(await bare.rss()), inMebibytes(await herald.rss()))
}

async function askMissing(
  { load }: BenchTools,
  { questions, herald }: MemoryOptions,
  server: ServerProcess,
  missing: number,
): Promise<void> {
  if (missing <= 0) return
  await load.run({
    port: server.port,
    connections: 8,
    depth: 100,
    questions,
    verdicts: server === herald ? 'checked' : 'counted',
    until: { kind: 'count', requests: missing },
  })
}

type Mebibytes = { readonly busy: number; readonly settled: number }

function finding(total: number, bare: Mebibytes, herald: Mebibytes): MemoryFinding {
  return {
    table: {
      title: `Memory after ${total.toLocaleString('en-US')} questions, MiB of RSS`,
      head: ['server', 'with garbage', 'without'],
      rows: [
        ['bare', formatNumber(bare.busy), formatNumber(bare.settled)],
        ['herald', formatNumber(herald.busy), formatNumber(herald.settled)],
      ],
    },
    // How much garbage may lie about is V8's decision, and a matter of its flags.
    limit: { name: 'memory', ratio: herald.settled / bare.settled, most: 1.5 },
    figures: {
      'memory-questions': total,
      'memory-mib': herald.settled,
      'memory-bare-mib': bare.settled,
      'memory-with-garbage-mib': herald.busy,
      'memory-with-garbage-bare-mib': bare.busy,
    },
  }
}

function answeredIn(rounds: readonly Round[]): number {
  return rounds.reduce((total, { answered }) => total + answered, 0)
}

function inMebibytes({ busy, settled }: Rss): Mebibytes {
  const mebibytes = (bytes = Number.NaN) => bytes / BYTES_PER_MEBIBYTE
  return { busy: mebibytes(busy), settled: mebibytes(settled) }
}
