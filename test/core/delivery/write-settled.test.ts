import { describe, expect, it } from 'vitest'
import type { Settlement } from '../../../src/core/delivery/claimed-delivery.ts'
import type { DeliveryParts } from '../../../src/core/delivery/delivery-parts.ts'
import type { Settled } from '../../../src/core/delivery/settlement.ts'
import { writeSettled } from '../../../src/core/delivery/write-settled.ts'
import { POLICY } from '../../support/delivery-policy.ts'

function settled(addressId: string): Settled {
  const key = { day: '2026-11-25', messageId: '0'.repeat(32), addressId }
  const blank = { reason: undefined, dueAt: undefined, call: undefined, forget: undefined }
  const settlement = {
    ...blank,
    key,
    state: 'sent',
    providerId: 'p',
    attempt: 1,
    endedAt: 0,
    marksUse: false,
  } as const
  return { settlement, counted: 'sent' }
}

describe('an outcome', () => {
  it('is written again while Postgres is away, and what was somebody else’s is counted as lost', async () => {
    const batch = [settled('1'), settled('2')]
    const counted: string[] = []
    const dropped: string[] = []
    const written: (readonly Settlement[])[] = []
    const parts: DeliveryParts = {
      store: {
        claim: async () => [],
        extend: async () => [],
        async settle(_, settlements) {
          written.push(settlements)
          if (written.length === 1) throw new Error('the database system is starting up')
          return settlements.slice(1)
        },
      },
      circuits: {
        find: async () => undefined,
        open: async () => {},
        takeProbe: async () => false,
        close: async () => {},
        hurry: async () => {},
      },
      counts: { take: async () => [], giveBack: async () => {} },
      policy: POLICY,
      meter: { settled: (_, outcome) => void counted.push(outcome), called() {}, accepted() {} },
      log: { info() {}, warn() {}, error() {} },
      now: () => 0,
      random: () => 0,
    }
    const lease = {
      token: 'x',
      mayCall: () => true,
      drop: ({ addressId }: { addressId: string }) => void dropped.push(addressId),
      end: async () => {},
    }

    await writeSettled(parts, 'stub', lease, batch)

    expect(written).toHaveLength(2)
    expect(counted).toEqual(['sent', 'lost'])
    expect(dropped).toEqual(['1', '2'])
  })
})
