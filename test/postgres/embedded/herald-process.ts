import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { SocketAddress } from '../../../src/postgres/address.ts'

const PROGRAM = fileURLToPath(new URL('herald-program.ts', import.meta.url))

/** What the process said when its server was there, or could not be. */
export interface Said {
  readonly pid?: number
  readonly adopted?: boolean
  readonly address?: SocketAddress
  readonly fault?: string
}

export interface HeraldProcess {
  readonly said: Said
  /** Kills it as `kill -9` does, and waits until it is gone. */
  kill(): Promise<void>
  /** Has it stop its server, and waits until it is gone. */
  stop(): Promise<void>
}

/** Starts a process that owns the data folder, below `prefix` (setpriv, say) where one is given. */
export async function startHeraldProcess(
  dataDir: string,
  prefix: readonly string[] = [],
): Promise<HeraldProcess> {
  const [file = process.execPath, ...args] = [...prefix, process.execPath, PROGRAM, dataDir]
  const child = spawn(file, args, {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return {
    said: await firstLine(child),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async stop() {
      child.stdin?.end()
      await exited
    },
  }
}

async function firstLine({ stdout }: ChildProcess): Promise<Said> {
  if (stdout === null) throw new Error('the process has no output')
  for await (const line of createInterface(stdout)) return JSON.parse(line)
  throw new Error('the process ended without a word')
}
