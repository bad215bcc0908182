import { chown, lstat, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPostmaster } from './postmaster-file.ts'
import type { ServerAccount } from './server-account.ts'
import type { ServerPlan } from './server-plan.ts'

/** The shortest limit of the systems we run on (macOS); Linux has 107. */
const SOCKET_PATH_BYTES_MAX = 103
/** Beside it lies a lock file, `.lock` added to the name. */
export const SOCKET_NAME = '.s.PGSQL.5432'
const PREFIX = 'herald-socket-'

/**
 * Where the server's socket goes: the data folder itself, which nobody else may enter, unless its
 * path is too long for a socket; then a folder of our own among the temporary ones. Whoever wants to
 * connect reads in `postmaster.pid` where it is.
 */
export async function makeSocketFolder({ account, cluster }: ServerPlan): Promise<string> {
  if (isShort(cluster)) return cluster
  const left = await readPostmaster(cluster)
  if (left !== undefined && (await isSafe(left.socketFolder, cluster, account))) {
    return left.socketFolder
  }
  const folder = await mkdtemp(join(temporaryFolder(account), PREFIX))
  if (account.uid !== undefined) await chown(folder, account.uid, account.uid)
  return folder
}

export async function removeSocketFolder(folder: string, cluster: string): Promise<void> {
  if (folder !== cluster) await rm(folder, { recursive: true, force: true })
}

/**
 * Whether a socket in `folder` is the server's. A temporary folder may have been removed since and
 * made anew by somebody else, who would then be asked instead.
 */
export async function isSafe(
  folder: string,
  cluster: string,
  account: ServerAccount,
): Promise<boolean> {
  if (folder === cluster) return true
  const found = await lstat(folder).catch(() => undefined)
  if (found === undefined || !found.isDirectory()) return false
  return found.uid === (account.uid ?? process.getuid?.()) && (found.mode & 0o077) === 0
}

function temporaryFolder({ uid }: ServerAccount): string {
  // Root's own one may be private.
  const isUsable = uid === undefined && isShort(join(tmpdir(), `${PREFIX}XXXXXX`))
  return isUsable ? tmpdir() : '/tmp'
}

function isShort(folder: string): boolean {
  return Buffer.byteLength(join(folder, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX
}
