import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createCircuitStore } from '../../src/postgres/circuit-store.ts'
import { POLICY } from '../support/delivery-policy.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'

let world: DeliveryWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
})

beforeEach(() => world.clear())
afterAll(() => world.close())

const ACCEPTED = { kind: 'accepted', providerId: 'p' } as const
const { leaseMs } = POLICY.work
const ONE_BY_ONE = { work: { ...POLICY.work, sendsMax: 1 } }

describe('a worker that stands still for longer than its lease', () => {
  it('sends nothing more, and what it sent is not written over its successor', async () => {
    const first = await world.add({ uid: 'bob' })
    const second = await world.add({ uid: 'carl' })
    const successor = world.worker({ answer: async () => ({ ...ACCEPTED, providerId: 'new' }) })
    const calledBy: string[] = []
    const stalled = world.worker({
      policy: ONE_BY_ONE,
      answer: async ({ address }) => {
        calledBy.push(address.uid)
        // It is presumed dead meanwhile, and somebody else does its work.
        world.clock += leaseMs
        await successor.drain('stub')
        return { ...ACCEPTED, providerId: 'old' }
      },
    })

    await stalled.drain('stub')

    expect(calledBy).toHaveLength(1)
    expect(world.calls).toHaveLength(3)
    for (const delivery of [first, second]) {
      expect(await world.row(delivery)).toMatchObject({
        state: 'sent',
        attempt: 2,
        providerId: 'new',
      })
    }
    expect(world.counts).toEqual(
      new Map([
        ['sent', 2],
        ['lost', 2],
      ]),
    )
  })

  it('writes what it has sent if nobody has taken over', async () => {
    const delivery = await world.add()
    const worker = world.worker({
      answer: async () => {
        world.clock += leaseMs
        return ACCEPTED
      },
    })

    await worker.drain('stub')

    expect((await world.row(delivery)).state).toBe('sent')
  })

  it('does not call where the call might outlast the lease', async () => {
    await world.add({ uid: 'bob' })
    await world.add({ uid: 'carl' })
    const worker = world.worker({
      policy: ONE_BY_ONE,
      answer: async () => {
        world.clock += leaseMs - POLICY.work.sendTimeoutMs + 1
        return ACCEPTED
      },
    })

    await worker.drain('stub')

    expect(world.calls).toHaveLength(1)
  })
})

describe('a lease', () => {
  it('is renewed while the worker works', async () => {
    await world.add({ uid: 'bob' })
    await world.add({ uid: 'carl' })
    const called = Promise.withResolvers<void>()
    const renewed = Promise.withResolvers<void>()
    const worker = world.worker({
      policy: { work: { ...POLICY.work, sendsMax: 1, leaseMs: 5_000, sendTimeoutMs: 4_900 } },
      answer: async () => {
        called.resolve()
        await renewed.promise
        return ACCEPTED
      },
    })

    const drain = worker.drain('stub')
    await called.promise
    // The worker asks for the second renewal once it knows of the first.
    for (const later of [10_000, 10_001]) {
      world.clock = NOON + later
      await heldUntil(NOON + later + 5_000)
    }
    renewed.resolve()
    await drain

    expect(world.calls).toHaveLength(2)
  })

  it('that has passed lets the next worker take over', async () => {
    const delivery = await world.add()
    await world.sql(
      `update deliveries set state = 'claimed', lease = gen_random_uuid(), attempt = 1,
         wake_at = to_timestamp($1 / 1000.0)`,
      NOON + leaseMs,
    )
    const worker = world.worker()

    world.clock = NOON + leaseMs - 1
    await worker.drain('stub')
    expect((await world.row(delivery)).state).toBe('claimed')

    world.clock = NOON + leaseMs
    await worker.drain('stub')
    expect(await world.row(delivery)).toMatchObject({ state: 'sent', attempt: 2 })
  })
})

async function heldUntil(at: number): Promise<void> {
  for (;;) {
    const [row] = await world.sql(`select max(wake_at) as until from deliveries`)
    if (row?.until instanceof Date && row.until.getTime() >= at) return
  }
}

describe('a worker that stops', () => {
  it('waits for the call under way and gives back what it has not tried', async () => {
    await world.add({ uid: 'bob' })
    await world.add({ uid: 'carl' })
    const called = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<typeof ACCEPTED>()
    const worker = world.worker({
      policy: ONE_BY_ONE,
      answer: () => {
        called.resolve()
        return answer.promise
      },
    })

    const drain = worker.drain('stub')
    await called.promise
    const stop = worker.stop()
    answer.resolve(ACCEPTED)
    await Promise.all([drain, stop])

    expect(await world.sql('select state, attempt, lease from deliveries order by state')).toEqual([
      { state: 'queued', attempt: 0, lease: null },
      { state: 'sent', attempt: 1, lease: null },
    ])
    expect(await world.sql('select state from conversation_slots order by state')).toEqual([
      { state: 'sent' },
      { state: 'waiting' },
    ])
    await world.worker().drain('stub')
    expect(world.calls).toHaveLength(2)
  })
})

describe('a circuit', () => {
  const MISCONFIGURED = { kind: 'misconfigured', reason: 'InvalidProviderToken' } as const
  const { probeFirstMs } = POLICY.circuit

  it('opens where the provider does not know us, and costs no delivery an attempt', async () => {
    for (let n = 0; n < 5; n++) await world.add({ uid: `u${n}` })
    const worker = world.worker({ policy: ONE_BY_ONE, answer: async () => MISCONFIGURED })

    await worker.drain('stub')
    await worker.drain('stub')
    await world.worker().drain('stub')

    expect(world.calls).toHaveLength(1)
    expect(await world.sql('select distinct state, attempt, lease from deliveries')).toEqual([
      { state: 'queued', attempt: 0, lease: null },
    ])
    expect(await world.sql('select outcome from attempts')).toEqual([{ outcome: 'misconfigured' }])
    expect(await world.sql('select reason, probe_at from provider_circuits')).toEqual([
      { reason: 'misconfigured: InvalidProviderToken', probe_at: new Date(NOON + probeFirstMs) },
    ])
  })

  it('lets one call through at its time, and stays open if that fails', async () => {
    for (let n = 0; n < 5; n++) await world.add({ uid: `u${n}` })
    const worker = world.worker({ policy: ONE_BY_ONE, answer: async () => MISCONFIGURED })
    await worker.drain('stub')

    world.clock += probeFirstMs
    const answer = async () => MISCONFIGURED
    await Promise.all([worker.drain('stub'), world.worker({ answer }).drain('stub')])

    expect(world.calls).toHaveLength(2)
    expect(
      await world.sql(
        'select probe_at > $1 as later from provider_circuits',
        new Date(world.clock),
      ),
    ).toEqual([{ later: true }])
  })

  it('closes when that call is answered, and all is sent', async () => {
    for (let n = 0; n < 30; n++) await world.add({ uid: `u${n}` })
    let isBack = false
    const worker = world.worker({
      policy: ONE_BY_ONE,
      answer: async () => (isBack ? ACCEPTED : MISCONFIGURED),
    })
    await worker.drain('stub')

    world.clock += probeFirstMs
    await worker.drain('stub')
    expect(world.calls).toHaveLength(2)
    expect(await world.sql('select 1 from provider_circuits')).toHaveLength(1)

    isBack = true
    // It has been open for a while, so it is tried less often.
    world.clock += probeFirstMs
    await worker.drain('stub')

    expect(await world.sql('select 1 from provider_circuits')).toEqual([])
    expect(await world.sql('select distinct state from deliveries')).toEqual([{ state: 'sent' }])
  })

  it('opens where nearly all calls fail', async () => {
    const { failuresMin } = POLICY.circuit
    for (let n = 0; n < failuresMin + 20; n++) await world.add({ uid: `u${n}` })
    const worker = world.worker({
      policy: ONE_BY_ONE,
      answer: async () => ({ kind: 'unavailable', reason: '503' }),
    })

    await worker.drain('stub')

    expect(world.calls).toHaveLength(failuresMin)
    expect(await world.sql('select reason from provider_circuits')).toEqual([
      { reason: `${failuresMin} of ${failuresMin} failed: 503` },
    ])
    expect(
      await world.sql(`select count(*)::int as kept from deliveries where attempt = 0`),
    ).toEqual([{ kept: 20 }])
  })

  it('is tried by one worker only', async () => {
    const circuits = createCircuitStore(world.pool)
    const circuit = { openedAt: NOON, probeAt: NOON + 10, reason: 'x' }
    await circuits.open('stub', circuit)

    const taken = await Promise.all([
      circuits.takeProbe('stub', circuit, NOON + 20),
      circuits.takeProbe('stub', circuit, NOON + 20),
    ])

    expect(taken.toSorted()).toEqual([false, true])
    expect(await circuits.find('stub')).toMatchObject({ probeAt: NOON + 20 })
  })
})
