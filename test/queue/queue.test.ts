import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SqlExecutor } from '../../src/core/ports/sql.ts'
import { StartFault } from '../../src/core/start-fault.ts'
import { executorOn } from '../../src/postgres/sql-executor.ts'
import {
  createQueue,
  installQueue,
  type Queue,
  type QueueConnection,
} from '../../src/queue/queue.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
const queues: Queue[] = []
const warnings: object[] = []
const log = { info() {}, warn: (fields: object) => void warnings.push(fields) }

beforeAll(async () => {
  database = await createTestDatabase()
})

afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.stop(2_000)))
})

afterAll(() => database.drop())

async function startQueue(connection: QueueConnection = database.address): Promise<Queue> {
  const queue = createQueue({ connection, log, roles: [], connectionsMax: 2 })
  queues.push(queue)
  await queue.start()
  return queue
}

/** Resolves with the providers that were rung for, when there are `count`. */
async function hear(queue: Queue, count: number): Promise<readonly string[]> {
  const heard: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  await queue.work(async (provider) => {
    heard.push(provider)
    if (heard.length === count) resolve()
  }, 2)
  await promise
  return heard.toSorted()
}

async function inTransaction(
  end: 'commit' | 'rollback',
  work: (transaction: SqlExecutor) => Promise<void>,
): Promise<void> {
  const client = await database.pool.connect()
  try {
    await client.query('begin')
    await work(executorOn(client))
    await client.query(end)
  } finally {
    client.release()
  }
}

describe('a queue that may not make its schema', () => {
  it('says in one sentence what it needs', async () => {
    const bare = await createTestDatabase()
    try {
      const { database: name, user } = bare.address
      await bare.pool.query(`revoke create on database ${name} from ${user}`)
      const queue = createQueue({ connection: bare.address, log, roles: [], connectionsMax: 1 })

      await expect(queue.start()).rejects.toThrow(StartFault)
      await expect(installQueue(bare.address, log)).rejects.toThrow(
        /can't start \(permission denied .*schema herald_queue/,
      )
    } finally {
      await bare.drop()
    }
  })
})

describe('a bell', () => {
  it('is heard when its transaction commits', async () => {
    const queue = await startQueue()

    const heard = hear(queue, 2)
    await inTransaction('rollback', (transaction) =>
      queue.ring(transaction, [{ provider: 'never', deliveries: 1 }]),
    )
    await inTransaction('commit', (transaction) =>
      queue.ring(transaction, [
        { provider: 'apns', deliveries: 3 },
        { provider: 'fcm', deliveries: 1 },
        { provider: 'nothing', deliveries: 0 },
      ]),
    )

    expect(await heard).toEqual(['apns', 'fcm'])
  })

  it('rings once for each 500 deliveries, and tells nothing but provider and number', async () => {
    const queue = await startQueue()

    await inTransaction('commit', (transaction) =>
      queue.ring(transaction, [{ provider: 'stub', deliveries: 1_001 }]),
    )

    const { rows } = await database.pool.query(
      `select data from herald_queue.job where name = 'deliver' and state = 'created'
       order by (data ->> 'deliveries')::int`,
    )
    expect(rows.map(({ data }) => data)).toEqual([
      { provider: 'stub', deliveries: 1 },
      { provider: 'stub', deliveries: 500 },
      { provider: 'stub', deliveries: 500 },
    ])
    await hear(queue, 1)
  })

  it('wakes another process', async () => {
    const ringer = await startQueue()
    const worker = await startQueue()

    const heard = hear(worker, 1)
    await inTransaction('commit', (transaction) =>
      ringer.ring(transaction, [{ provider: 'stub', deliveries: 1 }]),
    )

    expect(await heard).toEqual(['stub'])
  })

  it('that nobody could answer is heard again', async () => {
    const queue = await startQueue()
    const answered = Promise.withResolvers<number>()
    let tries = 0
    await queue.work(async () => {
      tries++
      if (tries === 1) throw new Error('Postgres is away')
      answered.resolve(tries)
    }, 1)

    await inTransaction('commit', (transaction) =>
      queue.ring(transaction, [{ provider: 'stub', deliveries: 1 }]),
    )

    expect(await answered.promise).toBe(2)
  })
})

describe('the queue', () => {
  it('is installed beforehand, by several at once, and takes a URL as well as a socket', async () => {
    const { host, port, database: name, user } = database.address
    const socket = encodeURIComponent(host)
    const url = { connectionString: `postgres://${user}@/${name}?host=${socket}&port=${port}` }

    await Promise.all([installQueue(database.address, log), installQueue(url, log)])
    const queue = await startQueue(url)

    const heard = hear(queue, 1)
    await inTransaction('commit', (transaction) =>
      queue.ring(transaction, [{ provider: 'stub', deliveries: 1 }]),
    )
    expect(await heard).toEqual(['stub'])
  })

  it('stops when what is under way is done', async () => {
    const queue = await startQueue()
    const started = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    let isDone = false
    await queue.work(async () => {
      started.resolve()
      await mayEnd.promise
      isDone = true
    }, 1)
    await inTransaction('commit', (transaction) =>
      queue.ring(transaction, [{ provider: 'stub', deliveries: 1 }]),
    )

    await started.promise
    const stopped = queue.stop(10_000)
    mayEnd.resolve()
    await stopped

    expect(isDone).toBe(true)
  })

  it('complains of nothing', () => {
    expect(warnings).toEqual([])
  })
})
