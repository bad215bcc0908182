import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { scratchFolder } from '../postgres/embedded/scratch-folder.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { openDeliveryLedger } from '../support/delivery-ledger.ts'
import { addDelivery } from '../support/delivery-rows.ts'
import { databaseUrl, type ServeProcess, startServe } from '../support/serve-process.ts'

// Whole processes, which a busy machine takes long to start.
vi.setConfig({ testTimeout: 120_000 })

const ANSWER_MS = 20
const DELIVERIES = 1_500
const RELOADS = 6

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

interface Sink {
  readonly url: string
  readonly tokens: string[]
}

/** Takes what a stub writes, and is not quick to say so. */
async function openSink(): Promise<Sink> {
  const tokens: string[] = []
  const server: Server = createServer(async (request, response) => {
    tokens.push(JSON.parse(await text(request)).address.token)
    setTimeout(() => response.end(), ANSWER_MS)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = Object(server.address() satisfies AddressInfo | string | null)
  return { url: `http://127.0.0.1:${port}/`, tokens }
}

interface World {
  readonly herald: ServeProcess
  write(providers: unknown): Promise<void>
}

async function start(providers: object): Promise<World> {
  const folder = await scratchFolder()
  const file = join(folder, 'providers.json')
  const write = (content: unknown) =>
    writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  await write(providers)
  const herald = startServe(folder, {
    DATABASE_URL: databaseUrl(database.address),
    HERALD_PROVIDERS_FILE: file,
    HERALD_WORKER_CONCURRENCY: '5',
  })
  await herald.url
  return { herald, write }
}

describe('SIGHUP', () => {
  it('exchanges providers under load, and loses and doubles nothing', async () => {
    const sinks = [await openSink(), await openSink()]
    const stubTo = (n: number) => ({ stub: { file: sinks[n % 2]?.url } })
    const { herald, write } = await start(stubTo(0))
    const ledger = openDeliveryLedger(database.address)
    onTestFinished(ledger.close)
    const sql = async (query: string, ...values: unknown[]) =>
      (await database.pool.query(query, values)).rows
    for (let n = 0; n < DELIVERIES; n++) {
      await addDelivery(sql, Date.now(), { uid: `u${n}`, token: `t${n}` })
    }
    await ledger.underWay()

    for (let n = 1; n <= RELOADS; n++) {
      await write(stubTo(n))
      const reloaded = herald.logs('providers reloaded', n)
      herald.signal('SIGHUP')
      expect(await reloaded).toMatchObject({ added: [], changed: ['stub'], removed: [] })
      const count = () => sinks[n % 2]?.tokens.length ?? 0
      const before = count()
      await addDelivery(sql, Date.now(), { uid: `r${n}`, token: `r${n}` })
      await expect.poll(count, { timeout: 20_000, interval: 20 }).toBeGreaterThan(before)
    }
    await ledger.settled()
    herald.signal('SIGTERM')

    const [first, second] = sinks.map(({ tokens }) => tokens)
    const all = [...(first ?? []), ...(second ?? [])]
    expect(all).toHaveLength(DELIVERIES + RELOADS)
    expect(new Set(all).size).toBe(DELIVERIES + RELOADS)
    expect((await herald.ended).code).toBe(0)
  })

  it('adds and removes providers, and keeps all of them where something is wrong', async () => {
    const { herald, write } = await start({ other: { kind: 'stub' } })
    const addTo = (provider: string) =>
      addDelivery(
        async (query, ...values) => (await database.pool.query(query, values)).rows,
        Date.now(),
        { uid: provider, provider },
      )
    const stateOf = async (provider: string) => {
      const { rows } = await database.pool.query(
        'select distinct state from deliveries where provider = $1',
        [provider],
      )
      return rows.map(({ state }) => state)
    }

    await write({ other: { colour: 'grey' }, owl: {} })
    herald.signal('SIGHUP')
    const refused = await herald.logs('providers were not reloaded')
    expect(Object(refused.faults)).toHaveLength(2)
    expect(JSON.stringify(refused.faults)).toContain('other.kind')
    await addTo('other')
    await vi.waitUntil(async () => (await stateOf('other')).join() === 'sent', WAIT)

    await write({ third: { kind: 'stub' } })
    herald.signal('SIGHUP')
    expect(await herald.logs('providers reloaded')).toMatchObject({
      added: ['third'],
      changed: [],
      removed: ['other'],
    })
    await addTo('other')
    await addTo('third')
    await vi.waitUntil(async () => (await stateOf('third')).join() === 'sent', WAIT)
    expect((await stateOf('other')).toSorted()).toEqual(['queued', 'sent'])

    herald.signal('SIGHUP')
    await herald.logs('providers are as they were')
    herald.signal('SIGTERM')
    expect((await herald.ended).code).toBe(0)
  })

  it('refuses to start where a provider can’t be opened', async () => {
    const folder = await scratchFolder()
    const file = join(folder, 'providers.json')
    await writeFile(file, JSON.stringify({ stub: { file: '/nowhere/at/all' } }))

    const { code, words } = await startServe(folder, {
      DATABASE_URL: databaseUrl(database.address),
      HERALD_PROVIDERS_FILE: file,
    }).ended

    expect(code).toBe(1)
    expect(words).toMatch(/^Providers can't be opened:\n {2}stub: ENOENT/)
  })
})

const WAIT = { timeout: 60_000, interval: 50 }
