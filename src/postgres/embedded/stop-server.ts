import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresLog } from '../postgres-log.ts'
import { type Postmaster, readPostmaster } from './postmaster-file.ts'
import { isLastToLeave, type Seat } from './seat.ts'
import type { ServerPlan } from './server-plan.ts'
import { removeSocketFolder } from './socket-folder.ts'

/** Together below the 10 s in which Herald stops. */
const FAST_STOP_MS = 5000
const IMMEDIATE_STOP_MS = 3000
const POLL_MS = 5

/** Gives up the seat, and where nobody else has one stops the server. */
export async function leaveSeat(
  { cluster }: ServerPlan,
  seat: Seat,
  log: PostgresLog,
): Promise<void> {
  const { pid: serverPid, socketFolder } = seat.postmaster
  try {
    if (!(await isLastToLeave(seat))) return
    const isStopped = await stopServer(cluster, seat.postmaster)
    if (isStopped) await removeSocketFolder(socketFolder, cluster)
    else log.warn({ serverPid }, 'embedded PostgreSQL did not stop in time')
  } catch (err) {
    log.warn({ err, serverPid }, 'embedded PostgreSQL could not be told to stop')
  } finally {
    await seat.client.end().catch(() => {})
  }
}

/**
 * Disconnects everybody and writes a checkpoint, or, where that takes too long, leaves it to the
 * recovery of the next start (PostgreSQL 18 §18.5 tells what the signals mean).
 */
async function stopServer(cluster: string, postmaster: Postmaster): Promise<boolean> {
  process.kill(postmaster.pid, 'SIGINT')
  if (await isGoneWithin(cluster, postmaster, FAST_STOP_MS)) return true
  process.kill(postmaster.pid, 'SIGQUIT')
  return await isGoneWithin(cluster, postmaster, IMMEDIATE_STOP_MS)
}

/** The server removes its file last. Its process may stay as a zombie where nobody reaps it. */
async function isGoneWithin(cluster: string, { pid }: Postmaster, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms
  while (Date.now() < deadline) {
    if ((await readPostmaster(cluster))?.pid !== pid) return true
    await delay(POLL_MS)
  }
  return false
}
