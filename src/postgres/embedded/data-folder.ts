import { lchown, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StartFault } from '../../core/start-fault.ts'
import { errorCode, messageOf } from '../error-code.ts'
import { chooseInitAccount } from './choose-account.ts'
import { initialise } from './initialise.ts'
import { POSTGRES_MAJOR } from './postgres-programs.ts'
import type { ServerPlan } from './server-plan.ts'

/** Makes the data folder where there is none yet; refuses one that the server could not use. */
export async function prepareDataFolder(plan: ServerPlan): Promise<void> {
  try {
    if (await isFree(plan.cluster)) await createDataFolder(plan)
    await requireMajor(plan.cluster)
    await requireOwner(plan)
  } catch (cause) {
    if (cause instanceof StartFault) throw cause
    throw new StartFault(
      `Herald can't use its data folder ${plan.cluster} (${messageOf(cause)}): start it as the user who made the folder, or set HERALD_DATA_DIR to another one.`,
      { cause },
    )
  }
}

async function isFree(cluster: string): Promise<boolean> {
  try {
    return (await readdir(cluster)).length === 0
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true
    if (errorCode(error) === 'ENOTDIR') return false
    throw error
  }
}

async function requireMajor(cluster: string): Promise<void> {
  const major = await readMajor(cluster)
  if (major === POSTGRES_MAJOR) return
  if (major === undefined) {
    throw new StartFault(
      `${cluster} is in the way: it is neither empty nor PostgreSQL's; move it away, or set HERALD_DATA_DIR to another folder.`,
    )
  }
  throw new StartFault(
    `The data in ${cluster} belongs to PostgreSQL ${major}, and this Herald brings PostgreSQL ${POSTGRES_MAJOR}: take it over with the pg_dump of version ${major}, or set HERALD_DATA_DIR to another folder.`,
  )
}

async function readMajor(cluster: string): Promise<string | undefined> {
  try {
    return (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (NOT_THERE.has(errorCode(error) ?? '')) return undefined
    throw error
  }
}

const NOT_THERE = new Set(['ENOENT', 'ENOTDIR'])

/** What root put back from a backup, say, belongs to root; PostgreSQL insists on its own user. */
async function requireOwner({ account, cluster }: ServerPlan): Promise<void> {
  if (account.uid === undefined || (await stat(cluster)).uid === account.uid) return
  await handOver(cluster, account.uid)
}

/**
 * Made under another name and renamed, so that it is there in full or not at all: of two starts the
 * first to finish wins, and one that was killed leaves nothing that looks like data.
 */
async function createDataFolder(plan: ServerPlan): Promise<void> {
  const { account, cluster } = plan
  await sweepUnfinished(cluster)
  const unfinished = `${cluster}.new-${process.pid}`
  try {
    await mkdir(unfinished, { mode: 0o700 })
    const init = await chooseInitAccount(account)
    if (init.uid !== undefined) await lchown(unfinished, init.uid, init.uid)
    await initialise(plan, init, unfinished)
    if (account.uid !== undefined) await handOver(unfinished, account.uid)
    await rename(unfinished, cluster)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    if (!MADE_MEANWHILE.has(errorCode(error) ?? '')) throw error
  }
}

const MADE_MEANWHILE = new Set(['ENOTEMPTY', 'EEXIST'])

async function handOver(folder: string, uid: number): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true })) {
    await lchown(join(folder, entry), uid, uid)
  }
  await lchown(folder, uid, uid)
}

/** Removes what starts left behind that were killed on the way. */
async function sweepUnfinished(cluster: string): Promise<void> {
  const prefix = `${basename(cluster)}.new-`
  for (const name of await readdir(dirname(cluster))) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue
    await rm(join(dirname(cluster), name), { recursive: true, force: true })
  }
}

/** Whether a process of that number runs, be it ours to signal or not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
