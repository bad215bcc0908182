import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Doors } from '../../src/cli/doors.ts'
import type { SocketAddress } from '../../src/postgres/address.ts'
import type { DirectoryWorld } from '../support/directory-world.ts'
import { type CliResult, runCli } from './cli-world.ts'

/** Runs a command line on the directory of `world`. */
export function runOn(world: DirectoryWorld, line: string): Promise<CliResult> {
  const doors: Partial<Doors> = { withDirectory: (_, work) => work(world.directory) }
  return runCli(line, doors)
}

/** The objects that a command line with `--json` printed, one a line. */
export async function jsonOn(world: DirectoryWorld, line: string): Promise<unknown[]> {
  const { out } = await runOn(world, `${line} --json`)
  return out
    .split('\n')
    .filter((text) => text !== '')
    .map((text): unknown => JSON.parse(text))
}

/** What was printed, with the times in it, which differ from run to run, named `TIME`. */
export function timeless(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
}

const LAUNCHER = fileURLToPath(new URL('../../bin/herald.js', import.meta.url))

/** Runs a command line as a process, on a database. */
export function runProcess(
  { host, user, database, port }: SocketAddress,
  line: string,
  input: string,
): Promise<CliResult> {
  const url = `postgres://${user}@/${database}?host=${host}&port=${port}`
  const env = { PATH: process.env.PATH, DATABASE_URL: url }
  return new Promise((resolve) => {
    const args = [LAUNCHER, ...line.split(' ')]
    const child = execFile(process.execPath, args, { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
    child.stdin?.end(input)
  })
}
