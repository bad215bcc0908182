import { setTimeout as delay } from 'node:timers/promises'
import { StartFault } from '../../core/start-fault.ts'
import { prepareDataFolder } from './data-folder.ts'
import { type Seat, takeSeat } from './seat.ts'
import type { ServerPlan } from './server-plan.ts'
import { launchServer, type ServerProcess } from './server-process.ts'
import { makeSocketFolder } from './socket-folder.ts'

/** Long enough for the recovery after a crash. */
const START_MS = 60_000
const POLL_MS = 10

export interface ReachedServer {
  readonly seat: Seat
  /** Whether it ran already. */
  readonly adopted: boolean
}

/**
 * Finds the live server of the folder, or starts one. Starts may race each other and a stop: a server
 * that finds another one there ends by itself, and the search goes on.
 */
export async function reachServer(plan: ServerPlan): Promise<ReachedServer> {
  await prepareDataFolder(plan)
  const deadline = Date.now() + START_MS
  let launched: ServerProcess | undefined
  while (Date.now() < deadline) {
    const seat = await takeSeat(plan.cluster)
    if (seat !== undefined) return { seat, adopted: seat.postmaster.pid !== launched?.pid }
    launched = await keepLaunched(plan, launched)
    await delay(POLL_MS)
  }
  throw new StartFault(
    `The embedded PostgreSQL did not take connections within ${START_MS / 1000} s; ${plan.logFile} tells more.`,
  )
}

async function keepLaunched(
  plan: ServerPlan,
  launched: ServerProcess | undefined,
): Promise<ServerProcess> {
  if (launched === undefined) return await launchServer(plan, await makeSocketFolder(plan))
  const words = await launched.lastWords()
  if (words === undefined) return launched
  if (!words.includes('lock file')) throw new StartFault(startFault(plan, words))
  await delay(10 * POLL_MS)
  return await launchServer(plan, await makeSocketFolder(plan))
}

function startFault(plan: ServerPlan, words: string): string {
  const fatal = words.split('\n').findLast((line) => /FATAL|PANIC|setpriv|spawn/.test(line))
  return `The embedded PostgreSQL did not start (${fatal ?? 'it did not say why'}); ${plan.logFile} tells more.`
}
