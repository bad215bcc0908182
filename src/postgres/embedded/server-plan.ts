import { chmod, mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { StartFault } from '../../core/start-fault.ts'
import { messageOf } from '../error-code.ts'
import { chooseAccount } from './choose-account.ts'
import { findPostgresPrograms, type PostgresPrograms } from './postgres-programs.ts'
import type { ServerAccount } from './server-account.ts'

/** What one embedded server is made of. */
export interface ServerPlan {
  readonly programs: PostgresPrograms
  readonly account: ServerAccount
  /** The server's data folder. */
  readonly cluster: string
  readonly logFile: string
  /** Whether what is committed survives a power cut. */
  readonly durable: boolean
  readonly settings: Readonly<Record<string, string>>
}

export async function planServer(options: {
  readonly dataDir: string
  readonly durable: boolean
  readonly settings: Readonly<Record<string, string>>
}): Promise<ServerPlan> {
  const { dataDir, durable, settings } = options
  const programs = await findPostgresPrograms()
  const folder = await makeFolder(dataDir)
  const cluster = join(folder, 'postgres')
  const account = await chooseAccount(programs, cluster)
  return { programs, account, cluster, logFile: join(folder, 'postgres.log'), durable, settings }
}

async function makeFolder(dataDir: string): Promise<string> {
  try {
    const made = await mkdir(dataDir, { recursive: true })
    // The server's user may pass, whatever root's umask says; what lies inside is private anyway.
    if (made !== undefined && process.getuid?.() === 0) await chmod(dataDir, 0o711)
    return await realpath(dataDir)
  } catch (cause) {
    throw new StartFault(
      `Herald can't make its data folder (${messageOf(cause)}): let its user write there, or set HERALD_DATA_DIR or DATABASE_URL.`,
      { cause },
    )
  }
}
