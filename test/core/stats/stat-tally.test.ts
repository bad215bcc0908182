import { describe, expect, it } from 'vitest'
import { createStatTally } from '../../../src/core/stats/stat-tally.ts'

const NOON = Date.UTC(2026, 10, 25, 12)

describe('a tally', () => {
  it('sums up by the minute until it is drained', () => {
    let now = NOON + 59_999
    const tally = createStatTally(() => now)
    tally.count('deliveries', 'apns', 'sent', 2)
    tally.count('deliveries', 'apns', 'sent', 3)
    now += 1
    tally.count('deliveries', 'apns', 'sent', 1)

    const row = { metric: 'deliveries', provider: 'apns', label: 'sent', samples: 0 }
    expect(tally.drain()).toEqual([
      { ...row, minuteMs: NOON, total: 5 },
      { ...row, minuteMs: NOON + 60_000, total: 1 },
    ])
    expect(tally.drain()).toEqual([])
  })

  it('takes back what could not be written, and adds to it', () => {
    const tally = createStatTally(() => NOON)
    tally.count('messages', '', '', 1)
    const drained = tally.drain()
    tally.count('messages', '', '', 1)
    tally.putBack(drained)

    expect(tally.drain()).toMatchObject([{ total: 2 }])
  })
})
