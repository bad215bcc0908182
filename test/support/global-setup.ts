import { chmod, mkdtemp, readdir, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import type { SocketAddress } from '../../src/postgres/address.ts'
import { startEmbeddedPostgres } from '../../src/postgres/embedded/embedded-postgres.ts'
import { errorCode } from '../../src/postgres/error-code.ts'
import { migrate } from '../../src/postgres/migrate.ts'
import { isFull } from './size.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated database to clone; nobody may be connected to it. */
    readonly templateDatabase: SocketAddress
  }
}

const PREFIX = 'herald-test-'
const TEMPLATE = 'template_herald'
const QUIET = { info() {}, warn: console.warn }

/** One server for the whole run, in a folder of its own; its return value takes it down again. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await quickFolder()
  await sweepKilledRuns(folder)
  const dataDir = await mkdtemp(join(folder, `${PREFIX}${process.pid}-`))
  // Where root runs the tests, the server's own user has to pass.
  await chmod(dataDir, 0o711)
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: QUIET,
    durable: false,
    // Its workers are the superuser's, and a database that one of them is in can't be dropped by others.
    settings: { autovacuum: 'off' },
  })
  const tearDown = async () => {
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    const template = { ...postgres.address, database: TEMPLATE }
    await createTemplate(postgres.address)
    await migrate(template)
    project.provide('templateDatabase', template)
    return tearDown
  } catch (error) {
    await tearDown()
    throw error
  }
}

const MEMORY = '/dev/shm'
const MEMORY_BYTES_MIN = 4_294_967_296

/** In memory where there is enough of it: a database for each file of tests is many small files. */
async function quickFolder(): Promise<string> {
  if (isFull) return tmpdir()
  try {
    const { bavail, bsize } = await statfs(MEMORY)
    return bavail * bsize >= MEMORY_BYTES_MIN ? MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}

async function createTemplate(address: SocketAddress): Promise<void> {
  const client = new Client(address)
  await client.connect()
  try {
    await client.query(`create database ${TEMPLATE}`)
  } finally {
    await client.end()
  }
}

/** A run that was killed leaves its folder behind, and a server that runs on in it. */
async function sweepKilledRuns(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(/^herald-test-(\d+)-/.exec(name)?.[1])
    if (Number.isNaN(pid) || isAlive(pid)) continue
    const dataDir = join(folder, name)
    try {
      // Refused where the folder is another user's, or its owner lives where we can't see it.
      const left = await startEmbeddedPostgres({ dataDir, log: QUIET, durable: false })
      await left.stop()
      await rm(dataDir, { recursive: true, force: true })
    } catch (error) {
      console.warn(`${dataDir} of an earlier run stays: ${error}`)
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
