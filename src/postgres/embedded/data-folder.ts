import { lchown, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StartFault } from '../../core/start-fault.ts'
import { errorCode } from '../error-code.ts'
import { chooseInitAccount } from './choose-account.ts'
import { POSTGRES_MAJOR } from './postgres-programs.ts'
import { runAs, type ServerAccount } from './server-account.ts'
import type { ServerPlan } from './server-plan.ts'

/** Name of the superuser. Herald itself connects as an ordinary role. */
export const SUPERUSER = 'postgres'

/** Makes the data folder where there is none yet; refuses one of another major version. */
export async function prepareDataFolder(plan: ServerPlan): Promise<void> {
  const { cluster } = plan
  const major = await readMajor(cluster)
  if (major === undefined) return await createDataFolder(plan)
  if (major === POSTGRES_MAJOR) return
  throw new StartFault(
    `The data in ${cluster} belongs to PostgreSQL ${major}, and Herald brings PostgreSQL ${POSTGRES_MAJOR}: move it over with pg_dump of version ${major}, or set HERALD_DATA_DIR to another folder.`,
  )
}

async function readMajor(cluster: string): Promise<string | undefined> {
  try {
    return (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Made under another name and renamed, so that it is there in full or not at all: of two starts the
 * first to finish wins, and one that was killed leaves nothing that looks like data.
 */
async function createDataFolder(plan: ServerPlan): Promise<void> {
  const { account, cluster } = plan
  await sweepUnfinished(cluster)
  const unfinished = `${cluster}.new-${process.pid}`
  const init = await chooseInitAccount(account)
  await mkdir(unfinished, { mode: 0o700 })
  try {
    if (init.uid !== undefined) await lchown(unfinished, init.uid, init.uid)
    await initialise(plan, init, unfinished)
    if (account.uid !== undefined) await handOver(unfinished, account.uid)
    await rename(unfinished, cluster)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    if (!MADE_BY_ANOTHER.has(errorCode(error) ?? '')) throw error
  }
}

const MADE_BY_ANOTHER = new Set(['ENOTEMPTY', 'EEXIST'])

async function initialise(
  { programs, durable }: ServerPlan,
  account: ServerAccount,
  folder: string,
): Promise<void> {
  const { code, output } = await runAs(account, programs.initdb, [
    `--pgdata=${folder}`,
    `--username=${SUPERUSER}`,
    '--auth=trust',
    '--encoding=UTF8',
    // The same order and the same letters on every system, whatever its C library knows.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    ...(durable ? [] : ['--no-sync']),
  ])
  if (code === 0) return
  throw new StartFault(
    `initdb could not make the data folder of the embedded PostgreSQL: ${reason(output)}`,
  )
}

function reason(output: string): string {
  const lines = output.split('\n').filter((line) => line !== '')
  return lines.find((line) => line.includes('error:')) ?? lines.at(-1) ?? 'it did not say why'
}

async function handOver(folder: string, uid: number): Promise<void> {
  await lchown(folder, uid, uid)
  for (const entry of await readdir(folder, { recursive: true })) {
    await lchown(join(folder, entry), uid, uid)
  }
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
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
