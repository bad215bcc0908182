import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readQuietHours, writeQuietHours } from '../../src/cli/quiet-hours.ts'
import { sized } from '../support/size.ts'

describe('quiet hours in words', () => {
  it.each([
    ['daily', 0b1111111],
    ['Mon-Sun', 0b1111111],
    ['Mon-Fri', 0b0011111],
    ['Sat,Sun', 0b1100000],
    ['fri-mon', 0b1110001],
    ['Mon,Wed-Thu', 0b0001101],
    ['Sun', 0b1000000],
  ])('%s are the days %i', (days, bits) => {
    expect(readQuietHours(`${days}  22:00-07:00 Europe/Berlin silence `)).toEqual({
      days: bits,
      from: '22:00',
      to: '07:00',
      zone: 'Europe/Berlin',
      action: 'silence',
    })
  })

  it.each([
    '',
    'Mon 22:00-07:00 UTC',
    'Mon 22:00-07:00 UTC postpone',
    'Mon 22:00-07:00 UTC defer please',
    'Mo 22:00-07:00 UTC defer',
    'Mon-Tue-Wed 22:00-07:00 UTC defer',
    'Mon, 22:00-07:00 UTC defer',
  ])('are not %j', (text) => {
    expect(() => readQuietHours(text)).toThrow(/^quiet hours: /)
  })

  it('are read as they are written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 127 }), (days) => {
        const hours = { days, from: '22:00', to: '07:00', zone: 'UTC', action: 'drop' } as const

        expect(readQuietHours(writeQuietHours(hours))).toEqual(hours)
      }),
      { seed: 20261125, numRuns: sized(127, 1000) },
    )
  })
})
