import { access, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { useEmbeddedPostgres } from '../../src/postgres/embedded/embedded-postgres.ts'
import { createPool } from '../../src/postgres/pool.ts'
import { scratchFolder } from '../postgres/embedded/scratch-folder.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  type Asked,
  createFlowWorld,
  FLOW_ENV,
  type FlowWorld,
  rightQuestions,
  spell,
  wrongQuestions,
} from '../support/flow-world.ts'
import { readAnswer, wire } from '../support/hook-wire.ts'
import { openRawHttp } from '../support/raw-http.ts'
import { databaseUrl, startServe } from '../support/serve-process.ts'

const QUIET = { info() {}, warn() {} }

// Whole processes, which a busy machine takes long to start.
vi.setConfig({ testTimeout: 120_000 })

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

describe('a start that is not possible', () => {
  /** What it says and how it ends; on standard output it says nothing. */
  async function refusal(folder: string, env: Readonly<Record<string, string>>): Promise<string> {
    const { code, signal, stdout, words } = await startServe(folder, env).ended
    expect({ code, signal, stdout }).toEqual({ code: 1, signal: null, stdout: '' })
    return words
  }

  it('says in a sentence that another Herald runs in the folder', async () => {
    const folder = await scratchFolder('.herald')
    const first = startServe(folder)
    await first.url

    expect(await refusal(folder, {})).toBe(
      'Another Herald is running in .herald: stop it first, or give this one a folder of its own with HERALD_DATA_DIR.',
    )
    expect((await fetch(`${await first.url}/readyz`)).status).toBe(200)
    first.signal('SIGTERM')
    await first.ended
  })

  it('says in a sentence that the port is in use', async () => {
    const port = await occupyPort()
    const env = { DATABASE_URL: databaseUrl(database.address), HERALD_PORT: String(port) }

    expect(await refusal(await scratchFolder(), env)).toBe(
      `Port ${port} on 127.0.0.1 is in use: stop what listens there, or choose another with HERALD_PORT.`,
    )
  })

  it('says in a sentence, without the password, that the database is away', async () => {
    const env = { DATABASE_URL: 'postgresql://herald:hunter2@127.0.0.1:1/herald' }

    expect(await refusal(await scratchFolder(), env)).toBe(
      "PostgreSQL at 127.0.0.1:1 can't be reached (connect ECONNREFUSED 127.0.0.1:1): start it, or correct DATABASE_URL, or leave DATABASE_URL out to use the embedded one.",
    )
  })

  it('says in a sentence that the data is of another major version', async () => {
    const folder = await scratchFolder()
    const cluster = join(folder, '.herald', 'postgres')
    await mkdir(cluster, { recursive: true })
    await writeFile(join(cluster, 'PG_VERSION'), '17\n')

    expect(await refusal(folder, {})).toBe(
      `The data in ${cluster} belongs to PostgreSQL 17, and this Herald brings PostgreSQL 18: take it over with the pg_dump of version 17, or set HERALD_DATA_DIR to another folder.`,
    )
  })

  it('says in a sentence that it will not listen to everybody without a secret', async () => {
    expect(await refusal(await scratchFolder(), { HERALD_HOST: '0.0.0.0' })).toContain(
      'HERALD_HOOK_SECRETS: is not set, though HERALD_HOST (0.0.0.0) is reached from other machines',
    )
  })
})

async function occupyPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

describe('kill -9', () => {
  it('leaves Postgres behind, and the next start goes on with it and stops it in the end', async () => {
    const folder = await scratchFolder('.herald')
    const killed = startServe(folder, FLOW_ENV)
    await killed.url
    const world = await fillWorld(join(folder, '.herald'))
    const { serverPid } = await killed.logs('embedded PostgreSQL runs')
    killed.signal('SIGKILL')
    await killed.ended

    const herald = startServe(folder, FLOW_ENV)

    await expectRightAnswers(await herald.url, world)
    const runs = await herald.logs('embedded PostgreSQL runs')
    expect(runs).toMatchObject({ adopted: true, serverPid })
    herald.signal('SIGTERM')
    expect(await herald.ended).toMatchObject({ code: 0 })
    await expect(access(join(folder, '.herald/postgres/postmaster.pid'))).rejects.toThrow('ENOENT')
  })

  it('of both leaves the data, with which the next start has a server of its own', async () => {
    const folder = await scratchFolder('.herald')
    const killed = startServe(folder, FLOW_ENV)
    await killed.url
    const world = await fillWorld(join(folder, '.herald'))
    const { serverPid } = await killed.logs('embedded PostgreSQL runs')
    killed.signal('SIGKILL')
    await killed.ended
    process.kill(Number(serverPid), 'SIGKILL')

    const herald = startServe(folder, FLOW_ENV)

    await expectRightAnswers(await herald.url, world)
    expect(await herald.logs('embedded PostgreSQL runs')).toMatchObject({ adopted: false })
    herald.signal('SIGTERM')
    expect(await herald.ended).toMatchObject({ code: 0 })
  })
})

async function fillWorld(dataDir: string): Promise<FlowWorld> {
  const postgres = await useEmbeddedPostgres({ dataDir, log: QUIET })
  const pool = createPool(postgres.address, { name: 'world', max: 2 }, QUIET)
  try {
    return await createFlowWorld(pool)
  } finally {
    await pool.end()
    await postgres.stop()
  }
}

async function expectRightAnswers(url: string, world: FlowWorld): Promise<void> {
  const connection = await openRawHttp(url)
  const read = async (asked: Asked) => {
    const answer = await connection.ask(wire(spell('emqx5', asked)))
    return answer && readAnswer('emqx5', answer)
  }
  const right = await Promise.all(rightQuestions(world).map(read))
  const wrong = await Promise.all(wrongQuestions(world).map(read))
  connection.cut()
  expect([new Set(right), new Set(wrong)]).toEqual([new Set(['allow']), new Set(['deny'])])
}
