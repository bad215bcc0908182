import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { writeDeliveryRef } from '../../src/core/delivery/delivery-ref.ts'
import { noteReceipt, noteReceipts } from '../../src/core/delivery/note-receipts.ts'
import type { Receipt } from '../../src/core/delivery/receipt.ts'
import { createReceiptStore } from '../../src/postgres/receipt-store.ts'
import { DAY, type WaitingDelivery } from '../support/delivery-rows.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'
import { refusalOf } from '../support/directory-world.ts'

let world: DeliveryWorld
let delivery: WaitingDelivery

beforeAll(async () => {
  world = await openDeliveryWorld()
})
beforeEach(async () => {
  await world.clear()
  delivery = await world.add({ token: 't-1' })
})
afterAll(() => world.close())

const refOf = ({ messageId, addressId }: WaitingDelivery) =>
  writeDeliveryRef({ day: DAY, messageId, addressId })

function receipt(kind: Receipt['kind'], at: number, reason?: string): Receipt {
  return { ref: refOf(delivery), kind, reason, at: NOON + at }
}

function note(receipts: readonly Receipt[], gone: readonly string[] = [], provider = 'stub') {
  const store = createReceiptStore(world.pool)
  return noteReceipts(store, { provider, receipts, gone }, NOON + 1_000)
}

/** Milliseconds after noon. */
async function noted(): Promise<unknown> {
  const [row] = await world.sql(
    `select (date_part('epoch', delivered_at) * 1000 - $1)::int as delivered,
       (date_part('epoch', opened_at) * 1000 - $1)::int as opened,
       (date_part('epoch', undelivered_at) * 1000 - $1)::int as undelivered,
       undelivered_reason as reason
     from deliveries`,
    NOON,
  )
  return row
}

const NOTHING = { delivered: null, opened: null, undelivered: null, reason: null }

describe('receipts', () => {
  it('are noted, each of its kind', async () => {
    await note([receipt('delivered', 10)])
    await note([receipt('opened', 20)])

    expect(await noted()).toEqual({ ...NOTHING, delivered: 10, opened: 20 })
  })

  it('say that what was opened was delivered', async () => {
    await note([receipt('opened', 20)])

    expect(await noted()).toEqual({ ...NOTHING, delivered: 20, opened: 20 })
  })

  it('come to the same in any order, however often', async () => {
    const all = [
      receipt('opened', 30),
      receipt('undelivered', 50, 'later'),
      receipt('delivered', 10),
      receipt('opened', 20),
      receipt('undelivered', 40, 'first'),
    ]
    const expected = { delivered: 10, opened: 20, undelivered: 40, reason: 'first' }

    expect(await note(all)).toEqual({ noted: 5, unknown: 0 })
    expect(await noted()).toEqual(expected)
    for (const one of all.toReversed()) await note([one])
    expect(await noted()).toEqual(expected)
  })

  it('write nothing where nothing changes', async () => {
    await note([receipt('delivered', 10)])
    const version = async () => await world.sql('select xmin::text from deliveries')
    const before = await version()

    await note([receipt('delivered', 10), receipt('delivered', 15)])

    expect(await version()).toEqual(before)
  })

  it('are not of the future', async () => {
    await note([receipt('delivered', 99_999), receipt('opened', Number.NaN)])

    expect(await noted()).toEqual({ ...NOTHING, delivered: 1_000, opened: 1_000 })
  })

  it('of no delivery are counted, and of another provider’s too', async () => {
    const other = { ...receipt('opened', 1), ref: `20261125-${'0'.repeat(32)}-1` }
    const foreign = { ...other, ref: 'hello' }

    expect(await note([receipt('opened', 1), other, foreign])).toEqual({ noted: 1, unknown: 2 })
    expect(await note([receipt('opened', 0)], [], 'texts')).toEqual({ noted: 0, unknown: 1 })
    expect(await noted()).toMatchObject({ opened: 1 })
  })

  it('may have reasons that no database takes', async () => {
    await note([receipt('undelivered', 1, 'a\u0000b\nc\ud800')])

    expect(await noted()).toMatchObject({ reason: 'a b c\ufffd' })
  })

  it('keep an address from being taken for unused', async () => {
    await world.sql(`update addresses set used_on = '2026-01-01'`)

    await note([receipt('undelivered', 1)])
    const before = await world.sql('select used_on::text as day from addresses')
    await note([receipt('opened', 1)])
    const after = await world.sql('select used_on::text as day from addresses')

    expect([before, after]).toEqual([[{ day: '2026-01-01' }], [{ day: '2026-11-25' }]])
  })

  it('that are noted by hand have to be of a delivery', async () => {
    const store = createReceiptStore(world.pool)

    await noteReceipt(store, receipt('opened', 5), NOON + 1_000)
    const refusal = await refusalOf(noteReceipt(store, { ...receipt('opened', 5), ref: 'x' }, NOON))

    expect(await noted()).toMatchObject({ opened: 5 })
    expect(refusal).toBe('DELIVERY_NOT_FOUND ref')
  })
})

describe('addresses that are reported gone', () => {
  it('are removed, where they are the provider’s', async () => {
    await world.add({ token: 't-2' })
    await world.add({ token: 't-1', provider: 'texts' })

    await note([receipt('undelivered', 1)], ['t-1', 'nobody’s', 'a\u0000'])

    const rows = await world.sql(
      `select provider || ' ' || token as what from addresses order by 1`,
    )
    expect(rows).toEqual([{ what: 'stub t-2' }, { what: 'texts t-1' }])
    const reported = await world.sql(
      'select undelivered_at from deliveries where undelivered_at is not null',
    )
    expect(reported).toHaveLength(1)
  })
})

describe('an earlier step of a ladder', () => {
  const state = async () => (await world.row(delivery)).state
  const second = { step: 1, token: 't-3' }

  async function climb(): Promise<void> {
    await world.sql(`update deliveries set state = 'sent'`)
    const later = await world.add(second)
    await world.sql(
      'update deliveries set message_id = $1 where message_id = $2',
      delivery.messageId,
      later.messageId,
    )
    await world.sql(
      'update conversation_slots set carrier_id = $1, newest_id = $1',
      delivery.messageId,
    )
  }

  it.each([
    ['was accepted, and stops the next', [], 'withdrawn'],
    ['never arrived, and does not', ['undelivered'], 'sent'],
  ] as const)('%s', async (_, kinds, expected) => {
    await note(kinds.map((kind) => receipt(kind, 1)))
    await climb()

    await world.worker().drain('stub')

    const [row] = await world.sql('select state from deliveries where step = 1')
    expect(row?.state).toBe(expected)
    expect(await state()).toBeDefined()
  })
})
