import { readFile, readlink, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readPostmaster } from './postmaster-file.ts'
import { SOCKET_NAME } from './socket-folder.ts'

/** A file this young may belong to a server that is just starting. */
const YOUNG_MS = 3000

/**
 * Removes the lock files of a server that died, where its process number went to somebody else
 * meanwhile, or still is a zombie's, or where a power cut left the file empty. PostgreSQL takes each
 * of these for a live server and refuses to start: in a restarted container, where numbers are few,
 * that would be for ever.
 */
export async function removeStaleLocks(cluster: string): Promise<void> {
  const postmaster = await readPostmaster(cluster)
  const socketFolder = postmaster?.socketFolder ?? cluster
  await removeIfStale(join(socketFolder, `${SOCKET_NAME}.lock`), cluster)
  await removeIfStale(join(cluster, 'postmaster.pid'), cluster)
}

async function removeIfStale(path: string, cluster: string): Promise<void> {
  const changedMs = await readChangedMs(path)
  if (changedMs === undefined || Date.now() - changedMs < YOUNG_MS) return
  const [pid = ''] = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  if (pid !== '' && !(await isForeign(pid, cluster))) return
  // The server may have stopped and another one started while we looked.
  if ((await readChangedMs(path)) === changedMs) await rm(path, { force: true })
}

async function readChangedMs(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found?.mtimeMs
}

/** Whether the process is surely not the server of `cluster`. Only Linux tells. */
async function isForeign(pid: string, cluster: string): Promise<boolean> {
  // proc(5): after the name in parentheses comes the state.
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  if (/\) Z /.test(status)) return true
  // A server's working directory is its data folder.
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => cluster)
  return folder !== cluster
}
