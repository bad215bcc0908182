import { describe, expect, it } from 'vitest'
import { readDuration } from '../../src/cli/duration.ts'

describe('a duration', () => {
  it.each([
    ['1s', 1000],
    ['90s', 90_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ])('%s is %d ms', (text, ms) => {
    expect(readDuration(text)).toBe(ms)
  })

  it.each(['', '0s', '10', 'm', '1.5h', '-1s', '10 m', '10min', '1h30m', '1000000s', '1w'])(
    'can not be "%s"',
    (text) => {
      expect(() => readDuration(text)).toThrow('Write a number and a unit')
    },
  )
})
