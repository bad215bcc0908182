import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { POLICY } from '../support/delivery-policy.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'

let world: DeliveryWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
})

beforeEach(() => world.clear())
afterAll(() => world.close())

async function slots() {
  return await world.sql('select state, messages, sent_at, due_at from conversation_slots')
}

describe('a due delivery', () => {
  it('is sent once, with what the message says and the badge', async () => {
    const delivery = await world.add({ content: { body: 'hi', priority: 'high', data: { a: 1 } } })
    await world.sql(`update users set display_name = 'Ann' where id = 'ann'`)

    const worker = world.worker({ badges: new Map([['bob', 120]]) })
    await worker.drain('stub')
    await worker.drain('stub')

    expect(world.calls).toHaveLength(1)
    expect(world.calls[0]).toMatchObject({
      address: { id: delivery.addressId, channel: 'push', uid: 'bob', deviceId: delivery.deviceId },
      notification: {
        kind: 'direct-message',
        messageId: delivery.messageId,
        messages: 1,
        conversation: 'user/ann',
        from: { uid: 'ann', displayName: 'Ann' },
        body: 'hi',
        data: '{"a":1}',
        priority: 'high',
        badge: 99,
      },
    })
    expect(await world.row(delivery)).toMatchObject({
      state: 'sent',
      attempt: 1,
      lease: null,
      providerId: 'p-1',
    })
    expect(await slots()).toEqual([
      { state: 'sent', messages: 1, sent_at: new Date(NOON), due_at: new Date(NOON) },
    ])
  })

  it('hides what its recipient hides, but not who wrote', async () => {
    await world.add({ content: { body: 'secret', title: 'secret' } })
    await world.sql(
      `insert into preferences (user_id, hide_preview, locale) values ('bob', true, 'zh')`,
    )

    await world.worker().drain('stub')

    expect(world.calls[0]?.notification).toMatchObject({
      title: undefined,
      body: undefined,
      isPreviewHidden: true,
      locale: 'zh',
      from: { uid: 'ann' },
    })
  })

  it('shows the newest of the messages that folded into it, and their number', async () => {
    const delivery = await world.add({ content: { body: 'first' } })
    await world.fold(delivery, { content: { body: 'second' } })
    const newest = await world.fold(delivery, { content: { body: 'third' } })

    await world.worker().drain('stub')

    expect(world.calls.map(({ notification }) => notification)).toMatchObject([
      { messageId: newest.messageId, messages: 3, body: 'third' },
    ])
    expect((await world.row(delivery)).state).toBe('sent')
    expect((await world.row(newest)).state).toBe('folded')
  })

  it('outlives its own message where a newer one has folded in', async () => {
    const delivery = await world.add({ expiresAt: NOON + 1_000 })
    await world.fold(delivery, { expiresAt: NOON + 60_000 })
    world.clock = NOON + 5_000

    await world.worker().drain('stub')

    expect((await world.row(delivery)).state).toBe('sent')
  })

  it('waits for its time', async () => {
    const delivery = await world.add({ dueAt: NOON + 1_000 })
    const worker = world.worker()

    await worker.drain('stub')
    expect((await world.row(delivery)).state).toBe('queued')

    world.clock = NOON + 1_000
    await worker.drain('stub')
    expect((await world.row(delivery)).state).toBe('sent')
  })

  it('expires', async () => {
    const delivery = await world.add({ expiresAt: NOON + 1_000 })
    world.clock = NOON + 1_000

    await world.worker().drain('stub')

    expect(await world.row(delivery)).toMatchObject({ state: 'expired', attempt: 0 })
    expect(world.calls).toEqual([])
    expect(await slots()).toEqual([])
  })

  it('is nobody else’s provider’s', async () => {
    const delivery = await world.add({ provider: 'apns' })

    await world.worker().drain('stub')
    await world.worker().drain('apns')

    expect((await world.row(delivery)).state).toBe('queued')
  })

  it('is tried no more where its workers died of it time and again', async () => {
    const delivery = await world.add({ attempt: POLICY.retry.attemptsMax })

    await world.worker().drain('stub')

    expect(await world.row(delivery)).toMatchObject({ state: 'failed', reason: 'attempts used up' })
    expect(world.calls).toEqual([])
  })
})

describe('an answer of the provider', () => {
  const attempts = () =>
    world.sql('select attempt, outcome, reason, retry_at from attempts order by attempt')

  it('that asks to try again is obeyed, and the attempt noted', async () => {
    const delivery = await world.add()
    const busy = { kind: 'unavailable', reason: 'Busy\nnow', retryAfterMs: 30_000 } as const
    let isBusy = true
    const worker = world.worker({
      answer: async () => (isBusy ? busy : { kind: 'accepted', providerId: 'p-2' }),
    })

    await worker.drain('stub')
    expect(await world.row(delivery)).toMatchObject({
      state: 'queued',
      dueAt: NOON + 30_000,
      attempt: 1,
    })
    expect(await attempts()).toEqual([
      { attempt: 1, outcome: 'unavailable', reason: 'Busy now', retry_at: new Date(NOON + 30_000) },
    ])
    expect(await slots()).toMatchObject([{ state: 'waiting', due_at: new Date(NOON + 30_000) }])

    isBusy = false
    world.clock = NOON + 29_999
    await worker.drain('stub')
    expect(world.calls).toHaveLength(1)

    world.clock = NOON + 30_000
    await worker.drain('stub')
    expect(await world.row(delivery)).toMatchObject({
      state: 'sent',
      attempt: 2,
      providerId: 'p-2',
    })
  })

  it('that is an exception is tried again as well', async () => {
    const delivery = await world.add()

    await world.worker({ answer: () => Promise.reject(new Error('socket hang up')) }).drain('stub')

    expect((await world.row(delivery)).state).toBe('queued')
    expect(await attempts()).toMatchObject([{ outcome: 'unavailable', reason: 'socket hang up' }])
  })

  it('that does not come counts as none', async () => {
    const delivery = await world.add()
    const policy = { work: { ...POLICY.work, sendTimeoutMs: 10 } }

    await world.worker({ answer: () => new Promise(() => {}), policy }).drain('stub')

    expect((await world.row(delivery)).state).toBe('queued')
    expect(await attempts()).toMatchObject([{ reason: 'no answer within 10 ms' }])
  })

  it('that refuses ends the delivery', async () => {
    const delivery = await world.add()

    await world.worker({ answer: async () => ({ kind: 'rejected', reason: 'Bad' }) }).drain('stub')

    expect(await world.row(delivery)).toMatchObject({ state: 'failed', reason: 'Bad' })
    expect(await slots()).toEqual([])
  })

  it('is kept with so much of the provider’s own words as an index has room for', async () => {
    const delivery = await world.add()
    const reason = `${'€'.repeat(499)}😀 and\nmore`
    await world.worker({ answer: async () => ({ kind: 'rejected', reason }) }).drain('stub')

    const kept = `${'€'.repeat(499)}�`
    expect(await world.row(delivery)).toMatchObject({ state: 'failed', reason: kept })
    expect(await world.sql('select reason from attempts')).toEqual([{ reason: kept }])
  })

  it.each([
    ['takes the address away', undefined, 0],
    ['takes it away if it was registered by then', NOON - 86_400_000, 0],
    ['leaves it if it was registered since', NOON - 86_400_001, 1],
  ])('that the address is gone %s', async (_, goneSince, left) => {
    const delivery = await world.add()
    const outcome = { kind: 'address-gone', reason: 'Unregistered' } as const
    const gone = goneSince === undefined ? outcome : { ...outcome, goneSince }

    await world.worker({ answer: async () => gone }).drain('stub')

    expect(await world.row(delivery)).toMatchObject({ state: 'failed', reason: 'Unregistered' })
    expect(await world.sql('select id from addresses')).toHaveLength(left)
  })
})

describe('several workers', () => {
  it('share the work, and send nothing twice', async () => {
    for (let n = 0; n < 60; n++) await world.add({ uid: `u${n}` })
    const policy = { work: { ...POLICY.work, claimMax: 7 } }
    const workers = [world.worker({ policy }), world.worker({ policy })]

    await Promise.all(workers.map((worker) => worker.drain('stub')))

    expect(world.calls).toHaveLength(60)
    expect(new Set(world.calls.map(({ address }) => address.id)).size).toBe(60)
    expect(world.counts).toEqual(new Map([['sent', 60]]))
  })
})
