import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import type { SocketAddress } from '../../src/postgres/address.ts'
import { startEmbeddedPostgres } from '../../src/postgres/embedded/embedded-postgres.ts'
import { migrate } from '../../src/postgres/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated database to clone; nobody may be connected to it. */
    readonly templateDatabase: SocketAddress
  }
}

const TEMPLATE = 'template_herald'
const QUIET = { info() {}, warn: console.warn }

/** One server for the whole run, in a folder of its own; its return value takes it down again. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'herald-test-'))
  const postgres = await startEmbeddedPostgres({ dataDir, log: QUIET, durable: false })
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

async function createTemplate(address: SocketAddress): Promise<void> {
  const client = new Client(address)
  await client.connect()
  try {
    await client.query(`create database ${TEMPLATE}`)
  } finally {
    await client.end()
  }
}
