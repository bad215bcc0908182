import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { commandAs, SERVER_ENVIRONMENT } from './server-account.ts'
import type { ServerPlan } from './server-plan.ts'
import { settingArgs } from './server-settings.ts'

const LOG_BYTES_MAX = 1_000_000

/** A server process that we started. It outlives us where we are killed. */
export interface ServerProcess {
  readonly pid: number | undefined
  /** What it said last, once it has ended; undefined while it runs. */
  lastWords(): Promise<string | undefined>
}

/** Starts the server. It takes connections a little later, or ends where another runs already. */
export async function launchServer(plan: ServerPlan, socketFolder: string): Promise<ServerProcess> {
  const args = ['-D', plan.cluster, ...settingArgs(plan, socketFolder)]
  const { file, args: allArgs, ...as } = commandAs(plan.account, plan.programs.postgres, args)
  const { log, offset } = await openLog(plan.logFile)
  // Detached, or Ctrl-C would stop it while Herald still drains.
  const child = spawn(file, allArgs, {
    ...as,
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  child.unref()
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
  }
}

/** Appended to, since a server that runs already may be writing there. */
async function openLog(path: string) {
  const log = await open(path, 'a', 0o600)
  const { size } = await log.stat()
  if (size <= LOG_BYTES_MAX) return { log, offset: size }
  await log.truncate()
  return { log, offset: 0 }
}
