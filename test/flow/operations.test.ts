import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createPool } from '../../src/postgres/pool.ts'
import {
  createFlowWorld,
  FLOW_ENV,
  type FlowWorld,
  login,
  publish,
  spell,
} from '../support/flow-world.ts'
import { type RunningHerald, startHerald } from '../support/herald.ts'
import { wire } from '../support/hook-wire.ts'
import { createOwnPostgres, type OwnPostgres } from '../support/own-postgres.ts'
import { openRawHttp } from '../support/raw-http.ts'

const DEADLINE_MS = 500

let postgres: OwnPostgres
let herald: RunningHerald
let world: FlowWorld

beforeAll(async () => {
  postgres = await createOwnPostgres()
  const pool = createPool(postgres.address, { name: 'world', max: 2 }, { info() {}, warn() {} })
  world = await createFlowWorld(pool)
  await pool.end()
  const env = { ...FLOW_ENV, HERALD_HOOK_DEADLINE: `${DEADLINE_MS}ms` }
  herald = await startHerald(postgres.address, env)
})

afterAll(async () => {
  await herald.close()
  await postgres.remove()
})

async function ask(path: string): Promise<readonly [number, unknown]> {
  const response = await fetch(herald.url + path)
  return [response.status, await response.json()]
}

async function metric(series: string): Promise<number> {
  const text = await (await fetch(`${herald.url}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return Number(line?.slice(series.length) ?? Number.NaN)
}

const READY = [200, { ready: true, missing: [] }]

function notReady(reason: string) {
  const missing = [{ name: 'postgres', reason: expect.stringContaining(reason) }]
  return [503, { ready: false, missing }]
}

describe('a running Herald', () => {
  it('is ready', async () => {
    expect(await ask('/readyz')).toEqual(READY)
  })

  it('counts what it is asked, by dialect, question, verdict and reason', async () => {
    const connection = await openRawHttp(herald.url)
    const questions = [
      spell('emqx5', login('ann', world.secrets.ann)),
      spell('emqx5', login('ann', world.secrets.bob)),
      spell('emqx4', publish('carl', 'group/crew/inbox/carl')),
    ]

    for (const question of questions) await connection.ask(wire(question))

    connection.cut()
    const refusals = 'herald_question_refusals_total'
    expect(
      await Promise.all(
        [
          'herald_questions_total{dialect="emqx5",question="connect",verdict="allow"}',
          'herald_questions_total{dialect="emqx5",question="connect",verdict="deny"}',
          'herald_questions_total{dialect="emqx4",question="topic",verdict="deny"}',
          `${refusals}{dialect="emqx5",question="connect",reason="wrong-secret"}`,
          `${refusals}{dialect="emqx4",question="topic",reason="not-a-member"}`,
          'herald_question_duration_seconds_count{dialect="emqx5",question="connect"}',
          'herald_question_batch_size_count{question="topic"}',
          'herald_pool_connections{pool="questions",state="busy"}',
        ].map(metric),
      ),
    ).toEqual([1, 1, 1, 1, 1, 2, 1, 0])
  })

  it('says what is missing while Postgres is dead, lives on, and is ready when it is back', async () => {
    await postgres.kill('SIGQUIT')

    expect(await ask('/readyz')).toEqual(notReady('Postgres does not answer: '))
    expect(await ask('/healthz')).toEqual([200, { status: 'ok' }])
    const broken = 'herald_pool_errors_total{pool="questions"}'
    await vi.waitUntil(async () => (await metric(broken)) > 0)
    await postgres.start()

    expect(await ask('/readyz')).toEqual(READY)
  })

  it('says so in good time while Postgres hangs', async () => {
    await postgres.freeze()
    const start = performance.now()

    const answer = await ask('/readyz')

    const tookMs = performance.now() - start
    postgres.thaw()
    expect(answer).toEqual(notReady('timeout'))
    expect(tookMs).toBeLessThan(3 * DEADLINE_MS)
    expect(await ask('/readyz')).toEqual(READY)
  })
})
