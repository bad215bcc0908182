import type { Pool } from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAnnouncing } from '../../src/compose/announcing.ts'
import { startSweeping } from '../../src/compose/rounds.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { BrokerMessage } from '../../src/core/ports/broker-control.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const log = pino({ level: 'silent' })

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query(`insert into users (id) values ('ann'), ('bob')`)
  await database.pool.query(
    `insert into requests (kind, from_uid, to_uid, created_at, asked_at, expires_at)
     values ('friend-request', 'ann', 'bob', now(), now(), now())`,
  )
})
afterAll(() => database.drop())

async function untilNone(pool: Pool, rows: string): Promise<void> {
  while ((await pool.query(rows)).rowCount !== 0);
}

it('a sweeper expires requests', async () => {
  const { pool } = database
  const config = loadConfig({ flags: {}, env: {}, envFile: {} })
  const bells = { ring: async () => {} }

  const sweeping = startSweeping(config, {
    pool,
    background: pool,
    bells,
    log,
    metrics: createMetrics(),
  })

  await untilNone(pool, `select from requests where state = 'open'`)
  await sweeping.stop()
})

it('whoever has the broker tells what is to be told', async () => {
  const { pool } = database
  await pool.query(
    `insert into announcements (request_id, topic, payload, wake_at, expires_at)
     select id, 'user/ann/request/1', '{}', now(), now() + interval '1 day' from requests`,
  )
  const published: BrokerMessage[] = []
  const broker = {
    async publish(message: BrokerMessage) {
      published.push(message)
      return { kind: 'done', value: undefined } as const
    },
  }

  const announcing = startAnnouncing({ pool, broker, log })

  await untilNone(pool, 'select from announcements')
  await announcing.stop()
  expect(published).toMatchObject([{ topic: 'user/ann/request/1', qos: 1 }])
})
