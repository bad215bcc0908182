import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type BenchArguments, readArguments } from './arguments.ts'
import type { Bench } from './bench.ts'
import { openTools } from './bench-tools.ts'
import { connect } from './connect.ts'
import { drain } from './drain.ts'
import { events } from './events.ts'
import { fanout } from './fanout.ts'
import { growth } from './growth.ts'
import { push } from './push.ts'
import { reconnect } from './reconnect.ts'
import { type Report, renderReport } from './report.ts'
import { revoke } from './revoke.ts'
import { topic } from './topic.ts'

/** A file each; a new bench joins here. */
const BENCHES: ReadonlyMap<string, Bench> = new Map([
  ['connect', connect],
  ['drain', drain],
  ['events', events],
  ['fanout', fanout],
  ['growth', growth],
  ['push', push],
  ['reconnect', reconnect],
  ['revoke', revoke],
  ['topic', topic],
])

const FOLDER = resolve('.herald/bench')

try {
  const options = readArguments(process.argv.slice(2), [...BENCHES.keys()])
  process.stdout.write(`${renderReport(await run(options))}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function run(options: BenchArguments): Promise<Report> {
  const bench = BENCHES.get(options.bench)
  if (bench === undefined) throw new Error(`no bench ${options.bench}`)
  await mkdir(FOLDER, { recursive: true })
  const tools = await openTools(options, FOLDER, say)
  try {
    return await Promise.race([bench(tools), interruption()])
  } finally {
    await tools.close()
  }
}

/** Fails at Ctrl-C, so that what was started is stopped. */
function interruption(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)))
    }
  })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
