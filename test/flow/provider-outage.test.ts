import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTicker } from '../../src/postgres/ticker.ts'
import { type ApnsWorld, openApnsWorld } from '../support/apns-world.ts'
import { POLICY } from '../support/delivery-policy.ts'
import { type DeliveryWorld, openDeliveryWorld } from '../support/delivery-world.ts'
import { sized } from '../support/size.ts'

const DELIVERIES = sized(300, 5_000)
const TICK_MS = 10_000
const OUTAGE_MS = 600_000
const CALLS_MAX = 20

let world: DeliveryWorld
let apns: ApnsWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
  apns = await openApnsWorld({ connectionsMax: 1 })
})
afterAll(async () => {
  await apns.close()
  await world.close()
})

const token = (n: number) => n.toString(16).padStart(64, '0')

describe(`APNs that is down for ten minutes (${DELIVERIES} deliveries)`, () => {
  it('gets all that is still worth sending once it is back, each once, a few at a time', async () => {
    let isDown = true
    apns.peer.answers(() =>
      isDown ? { status: 503, body: '{"reason":"ServiceUnavailable"}' } : { status: 200 },
    )
    const worker = world.worker({
      providers: [apns.alerts],
      policy: { work: { ...POLICY.work, sendsMax: CALLS_MAX, drainsMax: 1 } },
    })
    const rung: string[] = []
    const bells = {
      ring: async (_: unknown, due: readonly { provider: string }[]) => {
        rung.push(...due.map(({ provider }) => provider))
      },
    }
    const ticker = createTicker(world.pool, bells)
    const tick = async () => {
      world.clock += TICK_MS
      apns.nowMs = world.clock
      await ticker.tick(world.clock)
      await ticker.expire(world.clock)
      if (rung.splice(0).length > 0) await worker.drain('apns')
    }
    const startedAt = world.clock
    for (let n = 0; n < DELIVERIES; n++) {
      // Every third is worth nothing before the outage is over.
      const lifeMs = n % 3 === 0 ? OUTAGE_MS / 2 : 3 * OUTAGE_MS
      await world.add({
        uid: `user-${n}`,
        provider: 'apns',
        token: token(n),
        expiresAt: startedAt + lifeMs,
      })
    }

    while (world.clock < startedAt + OUTAGE_MS) await tick()
    const callsWhileDown = apns.peer.received.length
    isDown = false
    while ((await states()).queued !== undefined && world.clock < startedAt + 3 * OUTAGE_MS) {
      await tick()
    }

    const short = Math.ceil(DELIVERIES / 3)
    expect(await states()).toEqual({ sent: DELIVERIES - short, expired: short })
    const sent = apns.peer.received.slice(callsWhileDown).map(({ path }) => path)
    expect(new Set(sent).size).toBe(DELIVERIES - short)
    expect(sent).toHaveLength(DELIVERIES - short)
    // What opened the circuit, those that were under way, and one try at a time since.
    expect(callsWhileDown).toBeLessThan(120)
    expect(apns.peer.seen.streams).toBeLessThanOrEqual(CALLS_MAX)
  })
})

async function states(): Promise<Record<string, number>> {
  const rows = await world.sql(
    'select state, count(*)::int as count from deliveries group by state order by state desc',
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))
}
