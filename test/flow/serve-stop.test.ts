import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { discardFolder, makeFolder } from '../postgres/embedded/scratch-folder.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  type Asked,
  createFlowWorld,
  FLOW_ENV,
  type FlowWorld,
  publish,
  rightQuestions,
  spell,
  wrongQuestions,
} from '../support/flow-world.ts'
import { type DialectName, jsonQuestion, readAnswer, wire } from '../support/hook-wire.ts'
import { createOwnPostgres } from '../support/own-postgres.ts'
import { openRawHttp, type RawHttp } from '../support/raw-http.ts'
import { databaseUrl, type ServeProcess, startServe } from '../support/serve-process.ts'
import { sized } from '../support/size.ts'

const LANES = 8
const DEPTH = sized(25, 100)
/** What a busy machine may add; far from the minute after which what stays open would be cut. */
const SLACK_MS = 20_000

vi.setConfig({ testTimeout: 120_000 })

let database: TestDatabase
let folder: string
let world: FlowWorld

beforeAll(async () => {
  database = await createTestDatabase()
  folder = await makeFolder()
  world = await createFlowWorld(database.pool)
})

afterAll(async () => {
  await database.drop()
  await discardFolder(folder)
})

function start(env: Readonly<Record<string, string>> = {}): ServeProcess {
  const DATABASE_URL = databaseUrl(database.address)
  return startServe(folder, { ...FLOW_ENV, DATABASE_URL, HERALD_SHUTDOWN_TIMEOUT: '1m', ...env })
}

async function openLanes(url: string, count = LANES): Promise<readonly RawHttp[]> {
  const lanes = await Promise.all(Array.from({ length: count }, () => openRawHttp(url)))
  onTestFinished(() => {
    for (const lane of lanes) lane.cut()
  })
  return lanes
}

/** Has every question that needs facts wait, until `release`. */
async function holdAnswers(): Promise<{ release(): Promise<void> }> {
  const client = new Client(database.address)
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('begin')
  await client.query('lock table users in access exclusive mode')
  return { release: async () => void (await client.query('rollback')) }
}

/** Resolves when Herald has read all that was written to the lanes before. */
async function allRead(url: string, lanes: readonly RawHttp[]): Promise<void> {
  const before = await countBadRequests(url)
  // Refused without facts, so counted at once, though the answers wait for those before them.
  for (const lane of lanes) lane.write(wire(jsonQuestion('emqx5', 'topic', {})))
  await vi.waitUntil(async () => (await countBadRequests(url)) === before + lanes.length)
}

async function countBadRequests(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/refusals_total\{.*reason="bad-request"\} (\d+)/.exec(text)?.[1] ?? 0)
}

const HALF_A_REQUEST = 'GET /readyz HTTP/1.1\r\nhost: her'

describe('SIGTERM', () => {
  it('has every question that was read answered rightly, though Ctrl-C sends it twice', async () => {
    const herald = start({ HERALD_HOOK_DEADLINE: '4500ms' })
    const url = await herald.url
    const lanes = await openLanes(url)
    const { release } = await holdAnswers()
    const request = wire(spell('emqx5', publish('ann', 'user/bob/inbox/ann')))
    const answers = lanes.flatMap((lane) => Array.from({ length: DEPTH }, () => lane.ask(request)))
    await allRead(url, lanes)

    herald.signal('SIGTERM')
    herald.signal('SIGTERM')
    await herald.logs('stopping')
    await release()
    const releasedAt = performance.now()

    const readings = (await Promise.all(answers)).map(
      (answer) => answer && readAnswer('emqx5', answer),
    )
    expect(readings).toEqual(Array(LANES * DEPTH).fill('allow'))
    expect(await herald.ended).toMatchObject({ code: 0, signal: null, words: '' })
    // The broker keeps its connections; nobody waits until they are cut.
    expect(performance.now() - releasedAt).toBeLessThan(SLACK_MS)
  })

  it('ends a load that would go on, without a wrong answer', async () => {
    const herald = start()
    const lanes = await openLanes(await herald.url)
    const load = lanes.map((lane) => askOn(lane))
    await Promise.all(load.map(({ warm }) => warm))

    const signalledAt = performance.now()
    herald.signal('SIGTERM')

    const { code } = await herald.ended
    const tookMs = performance.now() - signalledAt
    expect(await Promise.all(load.map(({ ended }) => ended))).toEqual(Array(LANES).fill([]))
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(SLACK_MS)
  })

  it('is not held up by connections that the broker has opened and not used yet', async () => {
    const herald = start()
    const lanes = await openLanes(await herald.url)
    expect((await fetch(`${await herald.url}/healthz`)).status).toBe(200)

    const signalledAt = performance.now()
    herald.signal('SIGTERM')

    expect(await herald.ended).toMatchObject({ code: 0, words: '' })
    expect(performance.now() - signalledAt).toBeLessThan(SLACK_MS)
    await Promise.all(lanes.map((lane) => lane.closed))
  })

  it('is held up for a while only by a connection that stays half open', async () => {
    const herald = start({ HERALD_SHUTDOWN_TIMEOUT: '3s' })
    const [lane] = await openLanes(await herald.url, 1)
    lane?.write(HALF_A_REQUEST)
    await fetch(`${await herald.url}/healthz`)

    const signalledAt = performance.now()
    herald.signal('SIGTERM')

    expect(await herald.ended).toMatchObject({ code: 0, words: '' })
    expect(performance.now() - signalledAt).toBeLessThan(3_000 + SLACK_MS)
  })

  it('does not wait for a Postgres that hangs', async () => {
    const postgres = await createOwnPostgres()
    onTestFinished(() => postgres.remove())
    const env = { DATABASE_URL: databaseUrl(postgres.address), HERALD_SHUTDOWN_TIMEOUT: '3s' }
    const herald = start(env)
    expect((await fetch(`${await herald.url}/readyz`)).status).toBe(200)
    await postgres.freeze()

    const signalledAt = performance.now()
    herald.signal('SIGTERM')

    expect(await herald.ended).toMatchObject({ code: 1, words: '' })
    expect(performance.now() - signalledAt).toBeLessThan(3_000 + SLACK_MS)
    expect(await herald.logs('stopped before everything was closed')).toMatchObject({
      level: 'error',
    })
  })

  it('ends Herald at once when it is sent again by somebody who has lost patience', async () => {
    const herald = start()
    const [lane] = await openLanes(await herald.url, 1)
    lane?.write(HALF_A_REQUEST)
    await fetch(`${await herald.url}/healthz`)
    let isOver = false
    const ended = herald.ended.finally(() => {
      isOver = true
    })

    await vi.waitUntil(
      () => {
        herald.signal('SIGTERM')
        return isOver
      },
      { timeout: SLACK_MS },
    )

    expect(await ended).toMatchObject({ code: 143, words: '' })
    await lane?.closed
  })
})

/** Asks on and on, `DEPTH` questions under way, until the connection closes; ends with what was wrong. */
function askOn(lane: RawHttp) {
  const questions = [
    ...rightQuestions(world).map((asked) => ({ asked, expected: 'allow' })),
    ...wrongQuestions(world).map((asked) => ({ asked, expected: 'deny' })),
  ]
  const wrong: string[] = []
  const warm = Promise.withResolvers<void>()
  let answered = 0

  async function work(): Promise<void> {
    for (let turn = 0; ; turn++) {
      const { asked, expected } = questions[turn % questions.length] ?? never()
      const dialect: DialectName = turn % 2 === 0 ? 'emqx5' : 'emqx4'
      const answer = await lane.ask(wire(spell(dialect, asked)))
      if (answer === undefined) return
      const reading = readAnswer(dialect, answer)
      if (reading !== expected) wrong.push(`${JSON.stringify(asked)} → ${reading}`)
      if (++answered === 10 * DEPTH) warm.resolve()
    }
  }

  const working = Promise.all(Array.from({ length: DEPTH }, work))
  return { warm: warm.promise, ended: working.then(() => wrong) }
}

function never(): { readonly asked: Asked; readonly expected: string } {
  throw new Error('there is always a question')
}
