import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createEventIntake } from '../../src/core/events/event-intake.ts'
import { EVENT_LIMITS } from '../../src/core/events/group-commit.ts'
import { createEventStore } from '../../src/postgres/event-store.ts'
import { createPool } from '../../src/postgres/pool.ts'
import samples4 from '../fixtures/emqx-4.4.19/event_samples.json' with { type: 'json' }
import samples5 from '../fixtures/emqx-5.8.9/event_samples.json' with { type: 'json' }
import { type EventServer, startEventServer } from '../support/event-server.ts'
import { anId, createSeenSteps, createSeenTables, readSeenMessage } from '../support/event-world.ts'
import { createOwnPostgres, type OwnPostgres } from '../support/own-postgres.ts'
import { openRawHttp } from '../support/raw-http.ts'
import { sized } from '../support/size.ts'

const MESSAGE = samples5['message.publish']
const QUERY_MS = 2_000
/** What is answered "at once", on a busy machine. */
const AT_ONCE_MS = 1_000
const ROUNDS = sized(2, 20)

let postgres: OwnPostgres
let pool: Pool
let server: EventServer

beforeAll(async () => {
  postgres = await createOwnPostgres()
  const limits = { statementMs: QUERY_MS, queryMs: QUERY_MS, connectMs: QUERY_MS }
  pool = createPool(
    postgres.address,
    { name: 'events', max: 3, ...limits },
    { info() {}, warn() {} },
  )
  await createSeenTables(pool)
  const store = createEventStore({
    pool,
    readMessage: readSeenMessage,
    steps: createSeenSteps(),
    now: Date.now,
  })
  server = await startEventServer((meter) => ({
    intake: createEventIntake({ store, meter, limits: EVENT_LIMITS }),
  }))
})
afterEach(async () => {
  postgres.thaw()
  await untilStored()
})
afterAll(async () => {
  await server.close()
  await pool.end()
  await postgres.remove()
})

describe('while Postgres is dead', () => {
  it('EMQX 5 is told at once to try again, and events are stored as soon as it is back', async () => {
    await postgres.kill('SIGQUIT')

    const { statuses, ms } = await askTogether(100)
    await postgres.start()

    expect(statuses).toEqual(new Set([429]))
    expect(ms).toBeLessThan(AT_ONCE_MS)
  })
})

describe('while Postgres hangs', () => {
  it('EMQX 5 is told to try again when the first have found out, and at once from then on', async () => {
    await postgres.freeze()

    const first = await askTogether(100)
    // On its way before the others have a connection.
    const http = await openRawHttp(server.url)
    const probe = http.ask(request(anId(0)))
    const behind = await askTogether(100)

    expect(first.statuses).toEqual(new Set([429]))
    expect(first.ms).toBeLessThan(QUERY_MS + AT_ONCE_MS)
    expect(behind.statuses).toEqual(new Set([429]))
    expect(behind.ms).toBeLessThan(AT_ONCE_MS)
    await probe
    http.cut()
  })

  it('EMQX 4 is kept waiting, and its event is stored where Postgres comes back within a second', async () => {
    await postgres.freeze()
    const answer = server.post('emqx4', samples4.message_publish)

    postgres.thaw()

    expect((await answer).status).toBe(204)
  })
})

describe('an event that was answered with yes', () => {
  it('is there after Postgres was killed at any moment', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const stored = new Set<string>()
      let next = 0
      let isOver = false
      const lanes = Array.from({ length: 4 }, async () => {
        const http = await openRawHttp(server.url)
        while (!isOver && !http.isClosed) {
          const ids = Array.from({ length: 16 }, () => anId(round * 1_000_000 + ++next))
          const answers = await Promise.all(ids.map((id) => http.ask(request(id))))
          for (const [index, answer] of answers.entries()) {
            if (answer?.status === 204) stored.add(ids[index] ?? '')
          }
        }
        http.cut()
      })
      const enough = 300 + round * 37
      await expect.poll(() => stored.size, { timeout: 20_000 }).toBeGreaterThan(enough)
      await postgres.kill('SIGKILL')
      isOver = true
      await Promise.all(lanes)
      await postgres.start()
      await untilStored()

      const { rows } = await pool.query<{ id: string }>('select id from seen_messages')
      const there = new Set(rows.map(({ id }) => id.replaceAll('-', '')))
      expect([...stored].filter((id) => !there.has(id))).toEqual([])
    }
  })
})

/** Asks on one connection without waiting, as a broker does. */
async function askTogether(count: number): Promise<{ statuses: Set<unknown>; ms: number }> {
  const http = await openRawHttp(server.url)
  const startedAt = performance.now()
  const ids = Array.from({ length: count }, (_, index) => anId(index))
  const answers = await Promise.all(ids.map((id) => http.ask(request(id))))
  http.cut()
  const ms = performance.now() - startedAt
  return { statuses: new Set(answers.map((answer) => answer?.status)), ms }
}

async function untilStored(): Promise<void> {
  const attempt = async () => (await server.post('emqx5', MESSAGE)).status
  await expect.poll(attempt, { timeout: 20_000, interval: 10 }).toBe(204)
}

function request(id: string): string {
  const body = JSON.stringify({ ...MESSAGE, id })
  const head = `POST /emqx/5/events HTTP/1.1\r\nhost: h\r\ncontent-length: ${Buffer.byteLength(body)}`
  return `${head}\r\n\r\n${body}`
}
