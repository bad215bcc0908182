import { readFile, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readPostmaster } from './postmaster-file.ts'
import { SOCKET_NAME } from './socket-folder.ts'

/**
 * Removes the lock files of a server that died, where its process number went to somebody else
 * meanwhile, or still is a zombie's: PostgreSQL takes either for a live server and refuses to start.
 * In a restarted container, where numbers are few, that would be for ever.
 */
export async function removeStaleLocks(cluster: string): Promise<void> {
  const postmaster = await readPostmaster(cluster)
  const socketFolder = postmaster?.socketFolder ?? cluster
  for (const path of [join(socketFolder, `${SOCKET_NAME}.lock`), join(cluster, 'postmaster.pid')]) {
    const [pid = ''] = (await readFile(path, 'utf8').catch(() => '')).split('\n')
    if (await isForeign(pid, cluster)) await rm(path, { force: true })
  }
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
