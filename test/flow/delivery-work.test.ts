import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Delivery } from '../../src/core/delivery/deliver.ts'
import { executorOn } from '../../src/postgres/sql-executor.ts'
import { createTicker } from '../../src/postgres/ticker.ts'
import { createQueue, type Queue } from '../../src/queue/queue.ts'
import { DAY } from '../support/delivery-rows.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'
import { sized } from '../support/size.ts'

const DELIVERIES = sized(3_000, 50_000)
const quiet = { info() {}, warn() {} }

let world: DeliveryWorld
let queues: readonly Queue[]
let workers: readonly Delivery[]
/** How often each address was called for. */
const calls = new Map<string, number>()
let whenCalled: (() => void) | undefined

beforeAll(async () => {
  world = await openDeliveryWorld()
  queues = [1, 2].map(() =>
    createQueue({ connection: world.address, log: quiet, roles: [], connectionsMax: 2 }),
  )
  workers = queues.map(() =>
    world.worker({
      answer: async ({ address }) => {
        calls.set(address.id, (calls.get(address.id) ?? 0) + 1)
        whenCalled?.()
        return { kind: 'accepted', providerId: 'p' }
      },
    }),
  )
  for (const [index, queue] of queues.entries()) {
    await queue.start()
    await queue.work(async (provider) => workers[index]?.drain(provider), 2)
  }
})

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()))
  await Promise.all(queues.map((queue) => queue.stop(5_000)))
  await world.close()
})

/** Resolves when `count` addresses have been called for. */
function called(count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  whenCalled = () => {
    if (calls.size === count) resolve()
  }
  return promise
}

async function ring(deliveries: number): Promise<void> {
  const [queue] = queues
  const client = await world.pool.connect()
  await client.query('begin')
  await queue?.ring(executorOn(client), [{ provider: 'stub', deliveries }])
  await client.query('commit')
  client.release()
}

const OPEN = `select 1 from deliveries where state in ('queued', 'claimed') limit 1`
const BELLS = `select 1 from herald_queue.job
  where name = 'deliver' and state in ('created', 'retry', 'active') limit 1`

async function untilNone(sql: string): Promise<void> {
  while ((await world.sql(sql)).length > 0);
}

describe('workers that are rung for', () => {
  it('send one message soon', async () => {
    await world.add()

    const sent = called(1)
    const startedAt = performance.now()
    await ring(1)
    await sent

    console.log(`from the bell to the provider in ${Math.round(performance.now() - startedAt)} ms`)
    expect(calls.size).toBe(1)
  })

  it('share a large fan-out, and send each once', async () => {
    calls.clear()
    await world.sql(
      `insert into users (id) select 'u' || n from generate_series(1, $1::int) n`,
      DELIVERIES,
    )
    await world.sql(
      `insert into addresses (user_id, channel, provider, token)
       select 'u' || n, 'sms', 'stub', 't' || n from generate_series(1, $1::int) n`,
      DELIVERIES,
    )
    await world.sql(
      `insert into messages (day, id, kind, inbox, gid, from_uid, sent_at, expires_at, content)
       select $1, gen_random_uuid(), 'friend-request', 'user/u', null, 'ann', $2, $3, '{}'`,
      DAY,
      new Date(NOON),
      new Date(NOON + 3_600_000),
    )
    await world.sql(
      `insert into deliveries (day, message_id, address_id, user_id, provider, conversation,
         decided_at, due_at, expires_at, wake_at)
       select $1, m.id, a.id, a.user_id, 'stub', 'user/ann/application', $2, $2, $3, $2
       from messages m, addresses a where m.kind = 'friend-request' and a.channel = 'sms'`,
      DAY,
      new Date(NOON),
      new Date(NOON + 3_600_000),
    )

    const sent = called(DELIVERIES)
    const startedAt = performance.now()
    await ring(DELIVERIES)
    await sent
    await untilNone(OPEN)

    const rate = Math.round((DELIVERIES * 1000) / (performance.now() - startedAt))
    console.log(`${DELIVERIES} deliveries, ${rate}/s`)
    expect(Math.max(...calls.values())).toBe(1)
    expect(await world.sql('select distinct state, attempt from deliveries')).toEqual([
      { state: 'sent', attempt: 1 },
    ])
  })

  it('send what a lost bell left behind, when the ticker rings', async () => {
    calls.clear()
    const [queue] = queues
    if (queue === undefined) throw new Error('no queue')
    await untilNone(BELLS)
    await world.add({ uid: 'carl' })

    const sent = called(1)
    expect(await createTicker(world.pool, queue).tick(NOON + 2_000)).toEqual(['stub'])
    await sent

    expect(calls.size).toBe(1)
  })
})
