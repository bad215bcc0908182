import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readPostmaster } from '../../../src/postgres/embedded/postmaster-file.ts'

/** A folder which everybody may enter, as a project's usually is. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'herald-scratch-'))
  await chmod(folder, 0o755)
  return folder
}

/** Removes the folder, and the server that a failed test left running in `dataDir` below it. */
export async function discardFolder(folder: string, dataDir = '.'): Promise<void> {
  const left = await readPostmaster(join(folder, dataDir, 'postgres'))
  if (left !== undefined && left.pid !== process.pid) stopNow(left.pid)
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
}

/** A folder that goes with the test. */
export async function scratchFolder(dataDir?: string): Promise<string> {
  const folder = await makeFolder()
  onTestFinished(() => discardFolder(folder, dataDir))
  return folder
}

function stopNow(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT')
  } catch {
    // It was gone already.
  }
}
