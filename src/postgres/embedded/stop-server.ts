import { setTimeout as delay } from 'node:timers/promises'
import { errorCode } from '../error-code.ts'
import { type Postmaster, readPostmaster } from './postmaster-file.ts'

/** Together below the 10 s in which Herald stops. */
const FAST_STOP_MS = 5000
const IMMEDIATE_STOP_MS = 3000

/**
 * Stops the server: disconnects everybody and writes a checkpoint, or, where that takes too long,
 * leaves it to the next start's recovery. PostgreSQL 18 §18.5 tells what the signals mean.
 */
export async function stopServer(cluster: string, postmaster: Postmaster): Promise<boolean> {
  signal(postmaster, 'SIGINT')
  if (await isGoneWithin(cluster, postmaster, FAST_STOP_MS)) return true
  signal(postmaster, 'SIGQUIT')
  return await isGoneWithin(cluster, postmaster, IMMEDIATE_STOP_MS)
}

function signal({ pid }: Postmaster, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error
  }
}

/** The server removes its file last; its process may stay as a zombie where nobody reaps it. */
async function isGoneWithin(cluster: string, { pid }: Postmaster, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms
  while (Date.now() < deadline) {
    if ((await readPostmaster(cluster))?.pid !== pid) return true
    await delay(5)
  }
  return false
}
