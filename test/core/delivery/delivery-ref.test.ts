import { describe, expect, it } from 'vitest'
import { readDeliveryRef, writeDeliveryRef } from '../../../src/core/delivery/delivery-ref.ts'

const KEY = { day: '2026-11-25', messageId: '0123456789abcdef'.repeat(2), addressId: '42' }

describe('a delivery’s reference', () => {
  it('names the delivery', () => {
    expect(readDeliveryRef(writeDeliveryRef(KEY))).toEqual(KEY)
  })

  it('fits into a header', () => {
    const longest = writeDeliveryRef({ ...KEY, addressId: String(2n ** 63n - 1n) })

    expect(longest).toMatch(/^[0-9a-f-]{1,61}$/)
  })

  it.each([
    '',
    '42',
    '20261125-0123-42',
    `2026-11-25-${KEY.messageId}-42`,
    `20260230-${KEY.messageId}-42`,
    `00000101-${KEY.messageId}-42`,
    `20261125-${KEY.messageId}-9223372036854775808`,
  ])('is not %j', (ref) => {
    expect(readDeliveryRef(ref)).toBeUndefined()
  })
})
