import { setTimeout as delay } from 'node:timers/promises'
import { StartFault } from '../../core/start-fault.ts'
import { type Seat, takeSeat } from './seat.ts'
import type { ServerPlan } from './server-plan.ts'
import { launchServer, type ServerProcess } from './server-process.ts'
import { makeSocketFolder, removeSocketFolder } from './socket-folder.ts'
import { removeStaleLocks } from './stale-locks.ts'

/** Long enough for the recovery after a crash. */
const START_MS = 60_000
const POLL_MS = 10
const RELAUNCH_MS = 100

export interface ReachedServer {
  readonly seat: Seat
  /** Whether the server ran already. */
  readonly adopted: boolean
}

/**
 * Finds the live server of the folder, or starts one. Starts may race each other, and a stop: a server
 * that finds another one in its folder ends by itself, and the search goes on.
 */
export async function reachServer(
  plan: ServerPlan,
  signal?: AbortSignal,
  socketFolder?: string,
): Promise<ReachedServer> {
  const seat = await takeSeat(plan)
  if (seat !== undefined) return { seat, adopted: true }
  const folder = socketFolder ?? (await makeSocketFolder(plan))
  const reached = await startServer(plan, folder, signal)
  const { socketFolder: theirs } = reached.seat.postmaster
  if (theirs !== folder) await removeSocketFolder(folder, plan.cluster)
  return reached
}

async function startServer(
  plan: ServerPlan,
  socketFolder: string,
  signal?: AbortSignal,
): Promise<ReachedServer> {
  const deadline = Date.now() + START_MS
  let launched = await launchServer(plan, socketFolder)
  while (Date.now() < deadline) {
    const seat = await takeSeat(plan)
    if (seat !== undefined) return { seat, adopted: seat.postmaster.pid !== launched.pid }
    if (signal?.aborted) launched.giveUp()
    signal?.throwIfAborted()
    if (await hasYielded(plan, launched)) launched = await launchServer(plan, socketFolder)
    await delay(POLL_MS)
  }
  throw new StartFault(
    `The embedded PostgreSQL took no connections within ${START_MS / 1000} s; ${plan.logFile} tells more.`,
  )
}

/** Whether our server ended because another one was in the folder, which may be stopping just now. */
async function hasYielded(plan: ServerPlan, launched: ServerProcess): Promise<boolean> {
  const words = await launched.lastWords()
  if (words === undefined) return false
  if (!OCCUPIED.test(words)) throw new StartFault(fault(plan, words))
  await removeStaleLocks(plan.cluster)
  await delay(RELAUNCH_MS)
  return true
}

/** Held by a server, by one that is just starting, or by what is left of one that was killed. */
const OCCUPIED = /lock file "[^"]+" (already exists|is empty)|shared memory block .* still in use/

function fault({ logFile }: ServerPlan, words: string): string {
  const lines = words.split('\n').filter((line) => line !== '')
  const fatal = lines.find((line) => line.includes('FATAL:')) ?? lines.at(-1)
  return `The embedded PostgreSQL did not start (${fatal ?? 'it did not say why'}); ${logFile} tells more.`
}
