import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SendOutcome } from '../../src/core/delivery/send-outcome.ts'
import { type DeliveryWorld, openDeliveryWorld } from '../support/delivery-world.ts'

let world: DeliveryWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
})
beforeEach(() => world.clear())
afterAll(() => world.close())

const BAD = { kind: 'address-gone', reason: 'BadDeviceToken', mayBeOurs: true } as const

/** Tokens that begin with `bad` are called gone; the others are accepted. */
async function byToken(token: string): Promise<SendOutcome> {
  return token.startsWith('bad') ? BAD : { kind: 'accepted', providerId: 'p' }
}

const worker = () => world.worker({ answer: ({ address }) => byToken(address.token) })

async function addMany(count: number, token: string, uid?: string): Promise<void> {
  for (let n = 0; n < count; n++) {
    await world.add({ uid: uid ?? `u${n}`, token: `${token}-${uid}-${n}` })
  }
}

async function counts(): Promise<Record<string, unknown> | undefined> {
  const [row] = await world.sql(
    `select (select count(*) from addresses)::int as addresses,
       (select count(*) from deliveries where state = 'queued')::int as queued,
       (select count(*) from deliveries where state = 'failed')::int as failed,
       (select max(attempt) from deliveries) as attempts,
       (select reason from provider_circuits) as circuit`,
  )
  return row
}

describe('addresses that are called gone, perhaps by our own fault', () => {
  it('are all kept where nobody is accepted, and the circuit opens', async () => {
    await addMany(1_000, 'bad')

    await worker().drain('stub')

    expect(await counts()).toEqual({
      addresses: 1_000,
      queued: 1_000,
      failed: 0,
      attempts: 1,
      circuit: 'misconfigured: BadDeviceToken for 50 people in a row: the fault may be ours',
    })
    expect(world.calls.length).toBeLessThan(200)
  })

  it('are kept for as long as probes say the same, and all is sent once they do not', async () => {
    await addMany(100, 'bad')
    let isMended = false
    const mended = world.worker({
      answer: async () => (isMended ? { kind: 'accepted', providerId: 'p' } : BAD),
    })
    await mended.drain('stub')

    for (let probe = 0; probe < 5; probe++) {
      world.clock += 300_000
      await mended.drain('stub')
    }
    const before = await counts()
    isMended = true
    world.clock += 300_000
    await mended.drain('stub')
    await mended.drain('stub')

    expect(before).toMatchObject({ addresses: 100, queued: 100, failed: 0 })
    expect(await counts()).toMatchObject({ addresses: 100, queued: 0, failed: 0, circuit: null })
  })

  it('are forgotten where others are accepted', async () => {
    const broken = await world.add({ uid: 'eve', token: 'bad' })
    await addMany(20, 'good')
    const { drain } = worker()
    await drain('stub')
    // The one may have come first, when nobody was accepted yet.
    world.clock += 2_000
    await drain('stub')

    expect(await world.row(broken)).toMatchObject({ state: 'failed', reason: 'BadDeviceToken' })
    expect(await counts()).toMatchObject({ addresses: 20, queued: 0, failed: 1, circuit: null })
  })

  it('are tried again while nobody knows, and are kept in the end', async () => {
    const alone = await world.add({ token: 'bad' })
    const { drain } = worker()

    for (let attempt = 1; attempt <= 8; attempt++) {
      await drain('stub')
      world.clock = Math.max(world.clock + 60_000, (await world.row(alone)).dueAt)
    }

    expect(await world.row(alone)).toMatchObject({
      state: 'failed',
      reason: 'BadDeviceToken, which is doubted',
      attempt: 8,
    })
    expect(await counts()).toMatchObject({ addresses: 1, circuit: null })
  })

  it('stop nobody else where they are one person’s', async () => {
    await addMany(200, 'bad', 'eve')

    await worker().drain('stub')

    expect(await counts()).toMatchObject({ circuit: null, addresses: 200, queued: 200 })
  })

  it('lose no more than a few where the settings break while others are accepted', async () => {
    await addMany(5, 'good')
    const { drain } = worker()
    await drain('stub')
    await addMany(500, 'bad')

    await drain('stub')

    const { addresses, circuit } = Object(await counts())
    expect(addresses).toBe(505 - 49)
    expect(circuit).toContain('BadDeviceToken')
  })
})
