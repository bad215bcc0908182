import { type ChildProcess, spawn } from 'node:child_process'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { commandAs, SERVER_ENVIRONMENT } from './server-account.ts'
import type { ServerPlan } from './server-plan.ts'
import { settingArgs } from './server-settings.ts'

const LOG_BYTES_MAX = 1_000_000

/** A server process that we started. It outlives us where we are killed. */
export interface ServerProcess {
  readonly pid: number | undefined
  /** What it said, once it has ended; undefined while it runs. */
  lastWords(): Promise<string | undefined>
  /** Has it stop at once, where nobody wants it any more. */
  giveUp(): void
}

/** Starts the server. It takes connections a little later, or ends where another runs already. */
export async function launchServer(plan: ServerPlan, socketFolder: string): Promise<ServerProcess> {
  const log = await openLog(plan.logFile)
  const { size: offset } = await log.stat()
  const child = spawnServer(plan, socketFolder, log)
  let spawnFault: string | undefined
  child.on('error', (error) => {
    spawnFault = error.message
  })
  await log.close()
  return {
    pid: child.pid,
    async lastWords() {
      if (spawnFault !== undefined) return spawnFault
      if (child.exitCode === null && child.signalCode === null) return undefined
      return (await readFile(plan.logFile)).subarray(offset).toString()
    },
    giveUp: () => child.kill('SIGINT'),
  }
}

function spawnServer(plan: ServerPlan, socketFolder: string, log: FileHandle): ChildProcess {
  const args = ['-D', plan.cluster, ...settingArgs(plan, socketFolder)]
  const { file, args: allArgs, ...as } = commandAs(plan.account, plan.programs.postgres, args)
  const child = spawn(file, allArgs, {
    ...as,
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    // Or Ctrl-C would stop it while Herald still drains.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  child.unref()
  return child
}

/** Appended to, since a server that runs already may be writing there. */
async function openLog(path: string): Promise<FileHandle> {
  const log = await open(path, 'a', 0o600)
  const { size } = await log.stat()
  if (size > LOG_BYTES_MAX) await log.truncate()
  return log
}
