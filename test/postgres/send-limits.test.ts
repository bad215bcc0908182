import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NO_LIMITS, type SendLimits } from '../../src/core/delivery/send-limits.ts'
import { createSendCountStore } from '../../src/postgres/send-count-store.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'

let world: DeliveryWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
})
beforeEach(() => world.clear())
afterAll(() => world.close())

const HOUR = 3_600_000
const MIDNIGHT = NOON + 12 * HOUR
const DAY_LONG = { expiresAt: NOON + 24 * HOUR }

/** Asks for sends written as `address uid`. */
async function take(limits: Partial<SendLimits>, sends: readonly string[], atMs = NOON) {
  const denied = await createSendCountStore(world.pool).take({
    provider: 'stub',
    limits: { ...NO_LIMITS, ...limits },
    atMs,
    sends: sends.map(sendOf),
  })
  return denied.map(({ index, by }) => `${index} ${by}`)
}

function sendOf(text: string) {
  const [addressId = '', uid = ''] = text.split(' ')
  return { addressId, uid }
}

async function counts(): Promise<unknown> {
  const rows = await world.sql(
    `select scope || ' ' || subject as what, sends from send_counts order by 1`,
  )
  return Object.fromEntries(rows.map(({ what, sends }) => [what, sends]))
}

describe('counting what is sent', () => {
  it('lets the first of each address, user and day through', async () => {
    const sends = ['1 ann', '1 ann', '1 ann', '2 ann', '3 bob', '4 carl']

    const denied = await take({ perAddressPerHour: 2, perUserPerDay: 2, perDay: 3 }, sends)

    expect(denied).toEqual(['2 address', '3 user', '5 provider'])
    expect(await counts()).toEqual({
      'address 1': 2,
      'address 2': 1,
      'address 3': 1,
      'address 4': 1,
      'user ann': 2,
      'user bob': 1,
      'user carl': 1,
      'provider ': 3,
    })
  })

  it('goes on where it stood, until the hour or the day is over', async () => {
    const limits = { perAddressPerHour: 2, perUserPerDay: 3 }

    expect(await take(limits, ['1 ann', '1 ann'])).toEqual([])
    expect(await take(limits, ['1 ann'])).toEqual(['0 address'])
    expect(await take(limits, ['1 ann', '1 ann'], NOON + HOUR)).toEqual(['1 user'])
    expect(await take(limits, ['1 ann', '1 ann'], MIDNIGHT)).toEqual([])
  })

  it('writes nothing of what has no limit', async () => {
    await take({ perDay: 10 }, ['1 ann', '2 bob'])

    expect(await counts()).toEqual({ 'provider ': 2 })
  })

  it('grants no more than the limit to many who ask at once', async () => {
    const sends = Array.from({ length: 10 }, (_, n) => `${n} u${n % 3}`)

    const denied = await Promise.all(
      Array.from({ length: 20 }, () => take({ perDay: 73, perUserPerDay: 1_000 }, sends)),
    )

    expect(200 - denied.flat().length).toBe(73)
  })

  it('can be taken back', async () => {
    const store = createSendCountStore(world.pool)
    const limits = { perAddressPerHour: 9, perUserPerDay: 9, perDay: 9 }
    await take(limits, ['1 ann', '1 ann', '2 bob'])

    const sends = ['1 ann', '2 bob'].map(sendOf)
    await store.giveBack({ provider: 'stub', atMs: NOON + 1, sends })

    expect(await counts()).toEqual({
      'address 1': 1,
      'address 2': 0,
      'user ann': 1,
      'user bob': 0,
      'provider ': 1,
    })
  })

  it('leaves nobody waiting for another for ever', async () => {
    const store = createSendCountStore(world.pool)
    const limits = { perAddressPerHour: 1_000, perUserPerDay: 1_000, perDay: 10_000 }
    const sends = Array.from({ length: 30 }, (_, n) => `${n} u${n % 7}`)
    const backwards = sends.toReversed().map(sendOf)

    await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        if (n % 2 === 0) await take(limits, sends)
        else await store.giveBack({ provider: 'stub', atMs: NOON, sends: backwards })
      }),
    )
  })
})

describe('a delivery beyond the limits', () => {
  it('waits for the next day, if it lives so long', async () => {
    const { drain } = world.worker({ limits: { perUserPerDay: 2 } })
    const first = await world.add(DAY_LONG)
    const second = await world.add(DAY_LONG)
    const third = await world.add(DAY_LONG)
    const late = await world.add({ ...DAY_LONG, uid: 'carl' })

    await drain('stub')

    const states = await Promise.all([first, second, third, late].map(world.row))
    const waiting = states.filter(({ state }) => state === 'queued')
    expect(states.filter(({ state }) => state === 'sent')).toHaveLength(3)
    expect(waiting).toMatchObject([{ reason: 'user-limit', dueAt: MIDNIGHT, attempt: 0 }])
    expect(world.counts.get('deferred')).toBe(1)

    world.clock = MIDNIGHT
    await drain('stub')
    expect(await world.sql(`select distinct state, reason from deliveries`)).toEqual([
      { state: 'sent', reason: null },
    ])
  })

  it('is withdrawn if it does not', async () => {
    const { drain } = world.worker({ limits: { perDay: 1 } })
    await world.add()
    await world.add({ uid: 'carl' })

    await drain('stub')

    const rows = await world.sql('select state, reason from deliveries order by state')
    expect(rows).toEqual([
      { state: 'sent', reason: null },
      { state: 'withdrawn', reason: 'provider-limit' },
    ])
  })

  it('is not one that nobody wants any more: that is not counted', async () => {
    const { drain } = world.worker({ limits: { perDay: 1 } })
    await world.add({ expiresAt: NOON - 1 })
    const wanted = await world.add({ uid: 'carl' })

    await drain('stub')

    expect((await world.row(wanted)).state).toBe('sent')
  })
})

describe('what the provider did not take', () => {
  it.each([
    [{ kind: 'unavailable', reason: '503' }],
    [{ kind: 'rejected', reason: 'bad' }],
    [{ kind: 'misconfigured', reason: 'who are you' }],
  ] as const)('does not count: %j', async (answer) => {
    await world.add()

    await world.worker({ limits: { perDay: 5 }, answer: async () => answer }).drain('stub')

    expect(await counts()).toEqual({ 'provider ': 0 })
  })

  it('counts where it did not answer in time: it may have taken it', async () => {
    await world.add()
    const answer = async () => {
      world.clock += 8_000
      return { kind: 'unavailable', reason: 'reset' } as const
    }

    await world.worker({ limits: { perDay: 5 }, answer }).drain('stub')

    expect(await counts()).toEqual({ 'provider ': 1 })
  })

  it('does not count where nobody was called, because the circuit opened', async () => {
    for (let n = 0; n < 200; n++) await world.add({ uid: `u${n}` })
    const answer = async () => ({ kind: 'misconfigured', reason: 'who are you' }) as const

    await world.worker({ limits: { perUserPerDay: 1 }, answer }).drain('stub')

    expect(new Set(Object.values(Object(await counts())))).toEqual(new Set([0]))
  })
})

describe('a provider without such limits', () => {
  it('is not counted for', async () => {
    await world.add()
    const fail = () => {
      throw new Error('nobody should ask')
    }

    await world
      .worker({ limits: { perSecond: 1_000 }, counts: { take: fail, giveBack: fail } })
      .drain('stub')

    expect(world.counts.get('sent')).toBe(1)
  })
})

describe('calls with a limit a second', () => {
  it('are spaced out', async () => {
    for (let n = 0; n < 21; n++) await world.add({ uid: `u${n}` })
    const startedAt = performance.now()

    await world.worker({ limits: { perSecond: 100 } }).drain('stub')

    expect(world.counts.get('sent')).toBe(21)
    expect(performance.now() - startedAt).toBeGreaterThan(190)
  })
})
