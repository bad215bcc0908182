import { readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readPostmaster } from './postmaster-file.ts'

/**
 * Removes the `postmaster.pid` of a server that died, where its process number went to somebody else
 * meanwhile: in a restarted container, where numbers are few, PostgreSQL would refuse to start for
 * ever. A server's working directory is its data folder. Linux only; elsewhere it stays.
 */
export async function removeStalePostmaster(cluster: string): Promise<boolean> {
  const postmaster = await readPostmaster(cluster)
  if (postmaster === undefined || process.platform !== 'linux') return false
  const folder = await readlink(`/proc/${postmaster.pid}/cwd`).catch(() => undefined)
  if (folder === undefined || folder === cluster) return false
  await rm(join(cluster, 'postmaster.pid'), { force: true })
  return true
}
