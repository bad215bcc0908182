import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BROKER_CIRCUIT } from '../../src/core/broker/guarded-control.ts'
import { createProviderWatch } from '../../src/core/delivery/provider-watch.ts'
import { BROKER, SESSION_POLICY } from '../../src/core/subscriptions/session-policy.ts'
import {
  createSessionWorker,
  type SessionWorker,
} from '../../src/core/subscriptions/session-worker.ts'
import { createCircuitStore } from '../../src/postgres/circuit-store.ts'
import { createCacheClearing, markConnected } from '../../src/postgres/session-marks.ts'
import { createSessionStore } from '../../src/postgres/session-store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { AWAY, createFakeControl, type FakeControl } from '../support/fake-control.ts'
import { addDevices } from '../support/presence-world.ts'

let database: TestDatabase
let control: FakeControl
let worker: SessionWorker
let nowMs: number
let backs: number

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
afterEach(() => worker.stop())
beforeEach(async () => {
  await database.pool.query(`
    delete from users; delete from broker_sessions; delete from provider_circuits;
    update broker_caches set due_at = null`)
  await addDevices(database, { ann: ['phone', 'tablet', 'laptop', 'watch', 'tv', 'car'] })
  control = createFakeControl()
  nowMs = 1_795_460_000_000
  backs = 0
  worker = aWorker()
})

function aWorker(): SessionWorker {
  const now = () => nowMs
  const log = pino({ level: 'silent' })
  return createSessionWorker({
    store: createSessionStore(database.pool),
    caches: createCacheClearing(database.pool),
    watch: createProviderWatch(BROKER, {
      circuits: createCircuitStore(database.pool),
      policy: BROKER_CIRCUIT,
      log,
      now,
    }),
    control,
    policy: { groupSubscription: 'all', autoSubscribe: false },
    work: { ...SESSION_POLICY, lanes: 4 },
    maySubscribe: async () => false,
    onBack: () => backs++,
    log,
    now,
  })
}

async function connect(...clientIds: readonly string[]): Promise<void> {
  for (const clientId of clientIds) control.sessions.set(clientId, new Set())
  await markConnected(
    database.pool,
    clientIds.map((clientId) => ({ clientId, uid: 'ann', change: 'fresh' as const })),
    () => [],
  )
}

async function setOnline(...clientIds: readonly string[]): Promise<void> {
  await database.pool.query(
    `insert into device_presence (device_id, user_id, is_online)
    select unnest($1::text[]), 'ann', true`,
    [clientIds],
  )
}

/** Rings until nothing is due any more. */
async function settled(): Promise<void> {
  await expect
    .poll(async () => {
      worker.ring()
      return (await createSessionStore(database.pool).gauge()).waiting
    })
    .toBe(0)
}

const OWN = ['group/+/invitation/ann/from/+', 'user/ann/#']

describe('whoever keeps sessions as they have to be', () => {
  it('subscribes each with one call', async () => {
    await connect('phone', 'tablet')
    await settled()

    expect(control.calls.toSorted()).toEqual(['subscribe phone', 'subscribe tablet'])
    expect([...(control.sessions.get('phone') ?? [])]).toEqual(OWN)
  })

  it('does what has changed while it was at it', async () => {
    await connect('phone')
    await settled()
    let isChanged = false
    control.hinder = (call) => {
      if (call !== 'subscribe' || isChanged) return undefined
      isChanged = true
      return AWAY
    }
    await database.pool.query(`
      insert into groups (id) values ('hikers'), ('cooks') on conflict do nothing;
      insert into memberships (group_id, user_id) values ('hikers', 'ann')`)
    worker.ring()
    await control.called(2)
    await database.pool.query(`insert into memberships (group_id, user_id) values ('cooks', 'ann')`)
    await settled()

    expect([...(control.sessions.get('phone') ?? [])].toSorted()).toEqual(
      ['group/cooks/#', 'group/hikers/#', ...OWN].toSorted(),
    )
  })

  it('tries again where the broker does not know yet who has just connected', async () => {
    await setOnline('phone')
    await connect('phone')
    control.hinder = (call) =>
      call === 'subscribe' && control.calls.length < 3 ? { kind: 'absent' } : undefined
    await settled()

    expect(control.calls).toEqual(['subscribe phone', 'subscribe phone', 'subscribe phone'])
  })

  it('believes that there is no session of who is not connected', async () => {
    await connect('phone')
    control.sessions.clear()
    await settled()

    expect(control.calls).toEqual(['subscribe phone'])
  })

  it('waits for a broker that is away, keeps all of it, and asks but once whether it is back', async () => {
    control.hinder = () => AWAY
    await connect('phone', 'tablet', 'laptop', 'watch', 'tv', 'car')
    worker.ring()
    await control.called(5)
    await expect.poll(() => createCircuitStore(database.pool).find(BROKER)).toBeDefined()
    await worker.stop()
    const tried = control.calls.length

    worker = aWorker()
    nowMs += BROKER_CIRCUIT.probeFirstMs + 1
    worker.ring()
    await control.called(tried + 1)
    await worker.stop()
    expect(control.calls.slice(tried)).toEqual(['capabilities'])
    expect(await createSessionStore(database.pool).gauge()).toMatchObject({ waiting: 6 })

    control.hinder = () => undefined
    worker = aWorker()
    nowMs += BROKER_CIRCUIT.probeMaxMs
    await database.pool.query('update broker_sessions set due_at = now()')
    await settled()

    expect([...control.sessions.values()].map((filters) => [...filters])).toEqual(
      Array.from({ length: 6 }, () => OWN),
    )
    expect(backs).toBe(1)
  })

  it('has the broker forget what it remembers, once', async () => {
    await createCacheClearing(database.pool).want()
    worker.ring()
    await control.called(1)
    await worker.stop()
    worker = aWorker()
    worker.ring()
    await worker.stop()

    expect(control.calls).toEqual(['clear-all'])
  })

  it('asks for it again where the broker did not', async () => {
    await createCacheClearing(database.pool).want()
    control.hinder = () => AWAY
    worker.ring()
    await control.called(1)
    await worker.stop()
    control.hinder = () => undefined
    await database.pool.query('update broker_caches set due_at = now()')
    worker = aWorker()
    worker.ring()
    await control.called(2)

    expect(control.calls).toEqual(['clear-all', 'clear-all'])
  })
})
