import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, cp, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { StartFault } from '../../../src/core/start-fault.ts'
import type { SocketAddress } from '../../../src/postgres/address.ts'
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
  useEmbeddedPostgres,
} from '../../../src/postgres/embedded/embedded-postgres.ts'
import { createPool } from '../../../src/postgres/pool.ts'
import { sized } from '../../support/size.ts'
import { startHeraldProcess } from './herald-process.ts'
import { discardFolder, makeFolder, scratchFolder } from './scratch-folder.ts'

const QUIET = { info() {}, warn() {} }

/** Has a cluster already. Each test stops the server it started there. */
let dataDir: string

beforeAll(async () => {
  dataDir = await makeFolder()
  const postgres = await startEmbeddedPostgres({ dataDir, log: QUIET, durable: false })
  await postgres.stop()
})

afterAll(() => discardFolder(dataDir))

async function start(
  folder: string,
  options?: Partial<EmbeddedPostgresOptions>,
): Promise<EmbeddedPostgres> {
  const defaults = { dataDir: folder, log: QUIET, durable: false }
  const postgres = await startEmbeddedPostgres({ ...defaults, ...options })
  onTestFinished(() => postgres.stop())
  return postgres
}

async function use(dataDir: string): Promise<EmbeddedPostgres> {
  const postgres = await useEmbeddedPostgres({ dataDir, log: QUIET, durable: false })
  onTestFinished(() => postgres.stop())
  return postgres
}

async function ask<Row extends object>(address: SocketAddress, sql: string): Promise<Row[]> {
  const client = new Client(address)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Its process may stay a while as a zombie, where nobody reaps orphans. */
async function expectToBeStopped(address: SocketAddress): Promise<void> {
  await expect(ask(address, 'select')).rejects.toThrow('ENOENT')
}

describe('an embedded PostgreSQL', () => {
  it('is PostgreSQL 18, keeps UTF-8, and listens on its socket alone', async () => {
    const { address } = await start(dataDir)

    const [settings] = await ask(
      address,
      `select current_setting('server_version_num')::int / 10000 as major,
        current_setting('server_encoding') as encoding,
        current_setting('listen_addresses') as addresses,
        current_setting('timezone') as timezone,
        upper('é') as upper`,
    )

    expect(settings).toEqual({
      major: 18,
      encoding: 'UTF8',
      addresses: '',
      timezone: 'UTC',
      upper: 'É',
    })
  })

  it('lets Herald in as an ordinary role that owns its database', async () => {
    const { address } = await start(dataDir)

    const [role] = await ask(
      address,
      `select current_user as name, rolsuper as "isSuper", pg_get_userbyid(datdba) as owner
        from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    )

    expect(role).toEqual({ name: 'herald', isSuper: false, owner: 'herald' })
  })

  it('writes commits to the disk, unless a test asks it not to', async () => {
    const postgres = await start(dataDir, { durable: true })

    const [settings] = await ask(
      postgres.address,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as sync,
        current_setting('full_page_writes') as pages`,
    )

    expect(settings).toEqual({ fsync: 'on', sync: 'on', pages: 'on' })
  })

  it('takes settings beyond ours', async () => {
    const postgres = await start(dataDir, { settings: { max_connections: '31' } })

    expect(await ask(postgres.address, 'show max_connections')).toEqual([{ max_connections: '31' }])
  })

  it('stops, and has its data at the next start', async () => {
    const first = await start(dataDir)
    await ask(first.address, 'create table if not exists kept as select 1 as one')

    await first.stop()

    await expectToBeStopped(first.address)
    const second = await start(dataDir)
    expect(second.adopted).toBe(false)
    expect(await ask(second.address, 'select one from kept')).toEqual([{ one: 1 }])
  })

  it('tells nothing of statements that fail in its log', async () => {
    const { address } = await start(dataDir)

    await expect(ask(address, `select 'hunter2'::int`)).rejects.toThrow('hunter2')

    const log = await readFile(join(dataDir, 'postgres.log'), 'utf8')
    expect(log).toContain('ready to accept connections')
    expect(log).not.toContain('hunter2')
  })

  it('is reached in a folder too deep for a socket, and leaves nothing among the temporary files', async () => {
    const deep = join('a'.repeat(60), 'ö'.repeat(60))
    const folder = join(await scratchFolder(deep), deep)
    await mkdir(folder, { recursive: true })
    await cp(dataDir, folder, { recursive: true })
    const herald = await startHeraldProcess(folder)
    await herald.kill()

    const postgres = await start(folder)

    expect(postgres).toMatchObject({ adopted: true, pid: herald.said.pid })
    expect(await ask(postgres.address, 'select 1 as one')).toEqual([{ one: 1 }])
    await postgres.stop()
    await expect(access(postgres.address.host)).rejects.toThrow('ENOENT')
  })
})

describe('the folder of an embedded PostgreSQL', () => {
  it('belongs to one Herald at a time', async () => {
    const first = await start(dataDir)

    const second = startEmbeddedPostgres({ dataDir, log: QUIET, durable: false })

    await expect(second).rejects.toThrow(
      new StartFault(
        `Another Herald is running in ${dataDir}: stop it first, or give this one a folder of its own with HERALD_DATA_DIR.`,
      ),
    )
    expect(await ask(first.address, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('goes to one of several that start at once', async () => {
    const dataDir = await scratchFolder()

    const starts = Array.from({ length: sized(2, 5) }, () => startHeraldProcess(dataDir))
    const heralds = await Promise.all(starts)

    const faults = heralds.map(({ said }) => said.fault)
    const sentence = expect.stringContaining('Another Herald is running')
    expect(faults.toSorted()).toEqual([...faults.slice(1).fill(sentence), undefined])
    await Promise.all(heralds.map((herald) => herald.stop()))
    await expect(access(join(dataDir, 'postgres', 'postmaster.pid'))).rejects.toThrow('ENOENT')
  })

  it('is adopted with its server after kill -9', async () => {
    const killed = await startHeraldProcess(dataDir)
    await killed.kill()

    const postgres = await start(dataDir)

    expect(postgres).toMatchObject({ adopted: true, pid: killed.said.pid })
    await postgres.stop()
    await expectToBeStopped(postgres.address)
  })

  it('serves commands beside the Herald that owns it, who may go first', async () => {
    const owner = await start(dataDir)
    const command = await use(dataDir)
    expect(command).toMatchObject({ adopted: true, pid: owner.pid })

    await owner.stop()

    expect(await ask(command.address, 'select 1 as one')).toEqual([{ one: 1 }])
    await command.stop()
    await expectToBeStopped(command.address)
  })

  it('serves a command alone, and the Herald that comes meanwhile keeps the server', async () => {
    const command = await use(dataDir)
    const owner = await start(dataDir)
    expect(owner).toMatchObject({ adopted: true, pid: command.pid })

    await command.stop()

    expect(await ask(owner.address, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('serves commands that come and go at once, and rests when the last is gone', async () => {
    const commands = Array.from({ length: 3 }, async () => {
      for (let round = 0; round < sized(5, 50); round++) {
        const command = await useEmbeddedPostgres({ dataDir, log: QUIET, durable: false })
        expect(await ask(command.address, 'select 1 as one')).toEqual([{ one: 1 }])
        await command.stop()
      }
    })

    await Promise.all(commands)

    await expect(access(join(dataDir, 'postgres', 'postmaster.pid'))).rejects.toThrow('ENOENT')
  })

  it('is refused when its data belongs to another major version', async () => {
    const dataDir = await scratchFolder()
    await mkdir(join(dataDir, 'postgres'))
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n')

    await expect(start(dataDir)).rejects.toThrow(
      new StartFault(
        `The data in ${dataDir}/postgres belongs to PostgreSQL 17, and this Herald brings PostgreSQL 18: take it over with the pg_dump of version 17, or set HERALD_DATA_DIR to another folder.`,
      ),
    )
  })

  it('is refused when something else lies in its place', async () => {
    const dataDir = await scratchFolder()
    await mkdir(join(dataDir, 'postgres'))
    await writeFile(join(dataDir, 'postgres', 'diary.txt'), 'dear diary')

    await expect(start(dataDir)).rejects.toThrow(`${dataDir}/postgres is in the way`)
    expect(await readFile(join(dataDir, 'postgres', 'diary.txt'), 'utf8')).toBe('dear diary')
  })

  it('may be copied while its server runs: the copy gets a server of its own', async () => {
    const original = await start(dataDir)
    const copied = await scratchFolder()
    await cp(dataDir, copied, { recursive: true, filter: (path) => !path.includes('.s.PGSQL') })
    await utimes(join(copied, 'postgres', 'postmaster.pid'), 1, 1)

    const copy = await start(copied)

    expect(copy.adopted).toBe(false)
    expect(copy.pid).not.toBe(original.pid)
  })
})

describe('a server that dies', () => {
  it.each(['SIGQUIT', 'SIGKILL'])(
    'by %s is started again, where connections find it',
    async (signal) => {
      const postgres = await start(dataDir, { durable: true })
      const { pid } = postgres
      const pool = createPool(postgres.address, { name: 'test', max: 1 }, QUIET)
      onTestFinished(() => pool.end())
      await pool.query('create table if not exists kept as select 1 as one')

      process.kill(pid, signal)

      await vi.waitUntil(() => postgres.pid !== pid, { timeout: 10_000 })
      expect((await pool.query('select one from kept')).rows).toEqual([{ one: 1 }])
      await postgres.stop()
      await expectToBeStopped(postgres.address)
    },
  )

  it.runIf(process.platform === 'linux')(
    'is started although its process number went to somebody else',
    async () => {
      const herald = await startHeraldProcess(dataDir)
      await herald.kill()
      process.kill(herald.said.pid ?? 0, 'SIGKILL')
      const cluster = join(dataDir, 'postgres')
      const stranger = await spawnStranger((await stat(cluster)).uid)
      for (const name of ['postmaster.pid', '.s.PGSQL.5432.lock']) {
        const left = await readFile(join(cluster, name), 'utf8')
        await writeFile(join(cluster, name), left.replace(/^\d+/, String(stranger)))
        await utimes(join(cluster, name), 1, 1)
      }

      const postgres = await start(dataDir)

      expect(postgres.adopted).toBe(false)
      expect(await ask(postgres.address, 'select 1 as one')).toEqual([{ one: 1 }])
    },
  )

  it('is started although a power cut left its lock file empty', async () => {
    const lockFile = join(dataDir, 'postgres', 'postmaster.pid')
    await writeFile(lockFile, '')
    await utimes(lockFile, 1, 1)

    const postgres = await start(dataDir)

    expect(postgres.adopted).toBe(false)
  })
})

/** A process of the server's user, whose number PostgreSQL can't tell from another server's. */
async function spawnStranger(uid: number): Promise<number | undefined> {
  const as = process.getuid?.() === 0 ? { uid } : {}
  const stranger = spawn('sleep', ['600'], { ...as, cwd: '/', stdio: 'ignore' })
  onTestFinished(() => {
    stranger.kill()
  })
  await once(stranger, 'spawn')
  return stranger.pid
}
