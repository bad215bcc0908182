import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NO_LIMITS } from '../../src/core/delivery/send-limits.ts'
import type { Provider } from '../../src/core/ports/provider.ts'
import { aProvider } from '../support/a-provider.ts'
import { POLICY } from '../support/delivery-policy.ts'
import { type DeliveryWorld, openDeliveryWorld } from '../support/delivery-world.ts'

let world: DeliveryWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
})
beforeEach(() => world.clear())
afterAll(() => world.close())

const ONE_BY_ONE = { work: { ...POLICY.work, sendsMax: 1 } }

const serving = (provider: Provider) => [{ provider, limits: NO_LIMITS }]
const accepts = (id: string) => aProvider(async () => ({ kind: 'accepted', providerId: id }))

describe('a provider that is exchanged while it is called', () => {
  it('ends the call, and the next ones are the other’s', async () => {
    const first = await world.add({ uid: 'bob' })
    const called = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    const old = aProvider(async () => {
      called.resolve()
      await answer.promise
      return { kind: 'accepted', providerId: 'old' }
    })
    const worker = world.worker({ providers: [old] })
    const drain = worker.drain('stub')
    await called.promise

    let isExchanged = false
    const exchanged = worker.serve(serving(accepts('new'))).then(() => {
      isExchanged = true
    })
    const second = await world.add({ uid: 'carl' })
    await worker.drain('stub')
    const wasExchanged = isExchanged
    answer.resolve()
    await Promise.all([drain, exchanged])

    expect(wasExchanged).toBe(false)
    expect((await world.row(first)).providerId).toBe('old')
    expect((await world.row(second)).providerId).toBe('new')
  })

  it('has its circuit tried at once: it may have been mended', async () => {
    const delivery = await world.add()
    const worker = world.worker({ answer: async () => ({ kind: 'misconfigured', reason: 'key' }) })
    await worker.drain('stub')

    await worker.serve(serving(accepts('new')))
    await worker.drain('stub')

    expect((await world.row(delivery)).state).toBe('sent')
  })

  it('is not called any more where it is gone, and what was claimed is given back', async () => {
    await world.add({ uid: 'bob' })
    await world.add({ uid: 'carl' })
    const called = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    const calls: string[] = []
    const slow = aProvider(async ({ address }) => {
      calls.push(address.uid)
      called.resolve()
      await answer.promise
      return { kind: 'accepted', providerId: 'p' }
    })
    const worker = world.worker({ providers: [slow], policy: ONE_BY_ONE })
    const drain = worker.drain('stub')
    await called.promise

    const gone = worker.serve([])
    answer.resolve()
    await Promise.all([drain, gone])

    expect(calls).toHaveLength(1)
    expect(await world.sql('select state from deliveries order by state')).toEqual([
      { state: 'queued' },
      { state: 'sent' },
    ])
  })
})

describe('a provider that is not configured', () => {
  it('is told of once an hour, not at each bell', async () => {
    const worker = world.worker()

    for (let bell = 0; bell < 10; bell++) await worker.drain('owl')
    world.clock += 3_600_000
    await worker.drain('owl')
    await worker.drain('bat')

    expect(world.warnings).toEqual(Array(3).fill(UNKNOWN))
  })
})

const UNKNOWN = 'deliveries for a provider that is not configured'
