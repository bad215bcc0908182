import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { SocketAddress } from '../../src/postgres/address.ts'
import {
  APP_DATABASE,
  APP_ROLE,
  createAppDatabase,
} from '../../src/postgres/embedded/app-database.ts'
import { prepareDataFolder } from '../../src/postgres/embedded/data-folder.ts'
import { SUPERUSER } from '../../src/postgres/embedded/initialise.ts'
import { commandAs, SERVER_ENVIRONMENT } from '../../src/postgres/embedded/server-account.ts'
import { planServer, type ServerPlan } from '../../src/postgres/embedded/server-plan.ts'
import { settingArgs } from '../../src/postgres/embedded/server-settings.ts'
import { makeSocketFolder } from '../../src/postgres/embedded/socket-folder.ts'
import { migrate } from '../../src/postgres/migrate.ts'
import { discardFolder, makeFolder } from '../postgres/embedded/scratch-folder.ts'

/** A server that a test may do to what it likes: nobody starts it again but the test. */
export interface OwnPostgres {
  /** A migrated database. */
  readonly address: SocketAddress
  /** Resolves when it takes connections. */
  start(): Promise<void>
  /** SIGQUIT is a crash, SIGKILL a worse one. Resolves when the process is gone. */
  kill(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void>
  /** Stops every process of it where it stands; connections stay open, and nobody answers. */
  freeze(): Promise<void>
  thaw(): void
  /** Runs SQL as superuser in Herald's database. */
  query(sql: string): Promise<void>
  remove(): Promise<void>
}

export async function createOwnPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<OwnPostgres> {
  const folder = await makeFolder()
  const plan = await planServer({ dataDir: folder, durable: true, settings })
  await prepareDataFolder({ ...plan, durable: false })
  const socketFolder = await makeSocketFolder(plan)
  const port = Number(settings.port ?? 5432)
  const superuser = { host: socketFolder, port, user: SUPERUSER, ssl: false } as const
  const address = { ...superuser, user: APP_ROLE, database: APP_DATABASE }
  let server: ChildProcess | undefined
  let frozen: readonly number[] = []

  async function start(): Promise<void> {
    server = await launch(plan, socketFolder, superuser)
  }

  async function query(sql: string): Promise<void> {
    await asSuperuser({ ...superuser, database: APP_DATABASE }, (client) => client.query(sql))
  }

  await start()
  await asSuperuser({ ...superuser, database: 'postgres' }, createAppDatabase)
  await migrate(address)
  return {
    address,
    start,
    query,
    async kill(signal) {
      if (server === undefined || server.exitCode !== null) return
      const exited = once(server, 'exit')
      server.kill(signal)
      await exited
    },
    async freeze() {
      frozen = await freeze(server?.pid ?? 0, superuser)
    },
    thaw() {
      for (const pid of frozen) process.kill(pid, 'SIGCONT')
      frozen = []
    },
    async remove() {
      for (const pid of frozen) process.kill(pid, 'SIGCONT')
      const exited = server && server.exitCode === null ? once(server, 'exit') : undefined
      server?.kill('SIGQUIT')
      await exited
      await discardFolder(folder)
    },
  }
}

type Superuser = Omit<SocketAddress, 'database'>

/** Tries again where processes of a killed server are still about. */
async function launch(
  plan: ServerPlan,
  socketFolder: string,
  superuser: Superuser,
): Promise<ChildProcess> {
  const args = ['-D', plan.cluster, ...settingArgs(plan, socketFolder)]
  const { file, args: allArgs, ...as } = commandAs(plan.account, plan.programs.postgres, args)
  for (;;) {
    const child = spawn(file, allArgs, {
      ...as,
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      stdio: 'ignore',
    })
    while (child.exitCode === null) {
      if (await isUp(superuser)) return child
      await delay(5)
    }
  }
}

async function isUp(superuser: Superuser): Promise<boolean> {
  try {
    await asSuperuser({ ...superuser, database: 'postgres' }, async () => {})
    return true
  } catch {
    return false
  }
}

async function asSuperuser(
  address: SocketAddress,
  work: (client: Client) => Promise<unknown>,
): Promise<void> {
  const client = new Client(address)
  client.on('error', () => {})
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

/** Stops the postmaster first, so that nobody new is made while the others are listed. */
async function freeze(postmaster: number, superuser: Superuser): Promise<readonly number[]> {
  const pids: number[] = []
  const client = new Client({ ...superuser, database: 'postgres' })
  client.on('error', () => {})
  await client.connect()
  process.kill(postmaster, 'SIGSTOP')
  const { rows } = await client.query<{ pid: number }>(
    'select pid from pg_stat_activity order by pid = pg_backend_pid()',
  )
  for (const { pid } of rows) {
    process.kill(pid, 'SIGSTOP')
    pids.push(pid)
  }
  // Ended when it is thawed.
  void client.end()
  return [...pids, postmaster]
}
