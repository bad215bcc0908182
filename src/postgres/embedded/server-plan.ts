import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
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
  await mkdir(dataDir, { recursive: true })
  const folder = await realpath(dataDir)
  const cluster = join(folder, 'postgres')
  const account = await chooseAccount(programs, cluster)
  return { programs, account, cluster, logFile: join(folder, 'postgres.log'), durable, settings }
}
