import { chown, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerPlan } from './server-plan.ts'

/** The shortest limit of the systems we run on (macOS); Linux has 107. */
const SOCKET_PATH_BYTES_MAX = 103
const SOCKET_NAME = '.s.PGSQL.5432'

/**
 * The data folder itself, which nobody else may enter, unless its path is too long for a socket: then
 * a new folder of our own among the temporary ones. Whoever wants to connect reads in `postmaster.pid`
 * where it is.
 */
export async function makeSocketFolder(plan: ServerPlan): Promise<string> {
  if (isShort(plan.cluster)) return plan.cluster
  const parent = isShort(join(tmpdir(), 'herald-XXXXXX')) ? tmpdir() : '/tmp'
  const folder = await mkdtemp(join(parent, 'herald-'))
  const { uid } = plan.account
  if (uid !== undefined) await chown(folder, uid, uid)
  return folder
}

function isShort(folder: string): boolean {
  return Buffer.byteLength(join(folder, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX
}
