import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AddressedNotification } from '../../src/core/delivery/notification.ts'
import type { SendOutcome } from '../../src/core/delivery/send-outcome.ts'
import { POLICY } from '../support/delivery-policy.ts'
import type { DeliverySpec, WaitingDelivery } from '../support/delivery-rows.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'

let world: DeliveryWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
})

beforeEach(() => world.clear())
afterAll(() => world.close())

const MINUTE = 60_000

/** A mail to bob that is due now, and has gathered for ten minutes. */
const ripe = (spec: DeliverySpec = {}) =>
  world.add({ channel: 'email', gathersAt: NOON - 10 * MINUTE, ...spec })

/** Another to the same mailbox, which would wait for some minutes more. */
const waiting = ({ addressId }: WaitingDelivery, spec: DeliverySpec = {}) =>
  world.add({
    channel: 'email',
    addressId,
    gathersAt: NOON - 5 * MINUTE,
    dueAt: NOON + 5 * MINUTE,
    ...spec,
  })

const linesOf = ({ notification }: AddressedNotification) =>
  (notification.digest?.lines ?? []).map(
    ({ conversation, messages }) => `${conversation} ${messages}`,
  )

describe('a mail that is due', () => {
  it('takes along all that gathers for the mailbox, across conversations', async () => {
    const first = await ripe({ from: 'ann', content: { body: 'one' } })
    world.clock += 1
    const second = await waiting(first, { from: 'cleo', gid: 'hikers', content: { body: 'two' } })
    await world.fold(second, { from: 'dan', content: { body: 'three' } })
    world.clock += 1
    const other = await ripe({ uid: 'eve' })

    await world.worker().drain('stub')

    const [toBob, toEve] = world.calls.toSorted((a, b) => (a.address.uid < b.address.uid ? -1 : 1))
    expect(world.calls).toHaveLength(2)
    expect(toBob?.notification).toMatchObject({
      messages: 3,
      body: 'three',
      conversation: 'group/hikers',
    })
    expect(toBob && linesOf(toBob)).toEqual(['group/hikers 2', 'user/ann 1'])
    expect(toBob?.notification.digest?.lines[1]).toMatchObject({
      body: 'one',
      from: { uid: 'ann' },
    })
    expect(toEve?.notification.digest).toBeUndefined()
    for (const one of [first, second, other]) {
      expect(await world.row(one)).toMatchObject({ state: 'sent', providerId: 'p-1', attempt: 1 })
    }
  })

  it('leaves alone what has its wait on the ladder before it', async () => {
    const first = await ripe()
    const later = await waiting(first, { from: 'cleo', gathersAt: NOON + 1 })

    await world.worker().drain('stub')

    expect(world.calls).toHaveLength(1)
    expect((await world.row(later)).state).toBe('queued')
  })

  it('leaves alone what does not gather, and other mailboxes', async () => {
    const first = await ripe()
    const push = await world.add({ uid: 'bob', from: 'cleo', dueAt: NOON + MINUTE })
    const other = await world.add({
      uid: 'bob',
      channel: 'email',
      from: 'dan',
      gathersAt: NOON - 1,
      dueAt: NOON + MINUTE,
    })

    await world.worker().drain('stub')

    expect(world.calls.map(({ ref }) => ref)).toEqual([expect.stringContaining(first.messageId)])
    expect((await world.row(push)).state).toBe('queued')
    expect((await world.row(other)).state).toBe('queued')
  })

  it('is one mail, too, where several are due at once', async () => {
    const first = await ripe()
    for (let i = 0; i < 24; i++) await waiting(first, { from: `u${i}`, dueAt: NOON })

    await world.worker().drain('stub')

    const [mail] = world.calls
    expect(world.calls).toHaveLength(1)
    expect(mail?.notification.digest?.lines).toHaveLength(20)
    expect(mail?.notification.digest?.more).toBe(5)
    expect(world.counts.get('sent')).toBe(25)
  })
})

describe('what a mail takes along', () => {
  it('is looked at again, each by itself: what was read is not told', async () => {
    const first = await ripe()
    const read = await waiting(first, { from: 'cleo' })
    const wanted = await waiting(first, { from: 'dan' })
    const at = new Date(NOON)
    await world.sql(`insert into read_marks values ('bob', 'user/cleo', $1)`, at)

    await world.worker().drain('stub')

    const [mail] = world.calls
    expect(mail && linesOf(mail).sort()).toEqual(['user/ann 1', 'user/dan 1'])
    expect(await world.row(read)).toMatchObject({ state: 'withdrawn', reason: 'read', attempt: 0 })
    expect((await world.row(wanted)).state).toBe('sent')
  })

  it('is told alone where the mail that took it is not wanted any more', async () => {
    const first = await ripe()
    const second = await waiting(first, { from: 'cleo' })
    await world.sql(`insert into blocks (user_id, blocked_id) values ('bob', 'ann')`)

    await world.worker().drain('stub')

    expect(world.calls).toHaveLength(1)
    expect(world.calls[0]?.notification).toMatchObject({ conversation: 'user/cleo', messages: 1 })
    expect(world.calls[0]?.notification.digest).toBeUndefined()
    expect(world.calls[0]?.ref).toContain(second.messageId)
    expect(await world.row(first)).toMatchObject({ state: 'withdrawn', reason: 'blocked' })
  })

  it('shows nothing of what was written where previews are hidden', async () => {
    const first = await ripe({ content: { body: 'secret', title: 'T' } })
    await waiting(first, { from: 'cleo', content: { body: 'secret' } })
    await world.sql(`insert into preferences (user_id, hide_preview) values ('bob', true)`)

    await world.worker().drain('stub')

    expect(world.calls[0]?.notification.digest?.lines).toHaveLength(2)
    expect(JSON.stringify(world.calls)).not.toContain('secret')
  })

  it('shares the fate of the mail', async () => {
    const first = await ripe()
    const second = await waiting(first, { from: 'cleo' })
    const gone = { kind: 'address-gone', reason: '550 5.1.1' } as const

    await world.worker({ answer: async () => gone }).drain('stub')

    for (const one of [first, second]) {
      expect(await world.row(one)).toMatchObject({ state: 'failed', reason: '550 5.1.1' })
    }
    expect(await world.sql('select from addresses where id = $1', first.addressId)).toEqual([])
  })

  it('is not sent before its time again, where the mail has to be repeated', async () => {
    const first = await ripe()
    const second = await waiting(first, { from: 'cleo' })
    const busy = { kind: 'unavailable', reason: '451', retryAfterMs: 10 * MINUTE } as const
    await world.worker({ answer: async () => busy }).drain('stub')
    world.clock += 5 * MINUTE
    const third = await waiting(first, { from: 'dan', dueAt: world.clock })

    await world.worker().drain('stub')
    expect(world.calls.slice(1).map(({ ref }) => ref)).toEqual([
      expect.stringContaining(third.messageId),
    ])
    world.clock += 5 * MINUTE
    await world.worker().drain('stub')

    expect(world.calls).toHaveLength(3)
    expect(world.calls[2] && linesOf(world.calls[2]).sort()).toEqual(['user/ann 1', 'user/cleo 1'])
    expect(world.calls[2]?.notification.digest?.id).toBe(world.calls[0]?.notification.digest?.id)
    expect(await world.row(second)).toMatchObject({ state: 'sent', attempt: 2 })
  })
})

describe('a mail whose worker died', () => {
  const { leaseMs } = POLICY.work
  const presumedDead: (() => Promise<void>)[] = []

  afterEach(async () => {
    for (const wake of presumedDead.splice(0)) await wake()
  })

  /** Claims and calls, and is not heard of before the test is over: the clock passes its lease. */
  async function die(): Promise<void> {
    const called = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<SendOutcome>()
    const worker = world.worker({
      answer: () => {
        called.resolve()
        return answer.promise
      },
    })
    const drain = worker.drain('stub')
    presumedDead.push(async () => {
      answer.resolve({ kind: 'unavailable', reason: 'woke up' })
      await drain
    })
    await called.promise
    world.clock += leaseMs + 1
  }

  it('is sent again with the same in it, and the same name, whatever has come since', async () => {
    const first = await ripe()
    const second = await waiting(first, { from: 'cleo' })
    await die()
    const third = await waiting(first, { from: 'dan', dueAt: world.clock })

    await world.worker().drain('stub')

    const [before, ...after] = world.calls
    expect(after).toHaveLength(2)
    const repeat = after.find(({ notification }) => notification.digest !== undefined)
    expect(repeat?.ref).toBe(before?.ref)
    expect(repeat?.notification.digest).toEqual(before?.notification.digest)
    expect(after.map(({ ref }) => ref)).toContainEqual(expect.stringContaining(third.messageId))
    for (const one of [first, second]) {
      expect(await world.row(one)).toMatchObject({ state: 'sent', attempt: 2 })
    }
  })

  it('keeps its name where some of it is not wanted any more', async () => {
    const first = await ripe()
    await waiting(first, { from: 'cleo' })
    await waiting(first, { from: 'dan' })
    await die()
    await world.sql(`insert into blocks (user_id, blocked_id) values ('bob', 'cleo')`)

    await world.worker().drain('stub')

    expect(world.calls).toHaveLength(2)
    expect(world.calls[1] && linesOf(world.calls[1])).toHaveLength(2)
    expect(world.calls[1]?.notification.digest?.id).toBe(world.calls[0]?.notification.digest?.id)
  })

  it('is taken whole by one of several workers', async () => {
    const first = await ripe()
    for (let i = 0; i < 9; i++) await waiting(first, { from: `u${i}`, dueAt: NOON })
    await die()
    const policy = { work: { ...POLICY.work, claimMax: 2 } }

    await Promise.all(Array.from({ length: 4 }, () => world.worker({ policy }).drain('stub')))

    expect(world.calls).toHaveLength(2)
    expect(world.calls[1]?.notification.digest).toEqual(world.calls[0]?.notification.digest)
  })
})

describe('several workers', () => {
  it('send one mail to a mailbox, not one each', async () => {
    const first = await ripe()
    for (let i = 0; i < 19; i++) await waiting(first, { from: `u${i}`, dueAt: NOON })
    const policy = { work: { ...POLICY.work, claimMax: 2 } }

    await Promise.all(Array.from({ length: 4 }, () => world.worker({ policy }).drain('stub')))

    expect(world.calls).toHaveLength(1)
    expect(world.counts.get('sent')).toBe(20)
  })
})
