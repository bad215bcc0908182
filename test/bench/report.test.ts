import { describe, expect, it } from 'vitest'
import { type Limit, renderReport } from '../../bench/report.ts'

function render(limits: readonly Limit[], figures: Record<string, number> = {}): readonly string[] {
  return renderReport({ bench: 'topic', tables: [], limits, figures }).split('\n')
}

describe('a report', () => {
  it('ends with one line of JSON that names every ratio and figure', () => {
    const lines = render([{ name: 'coalesced-64', ratio: 0.81234, least: 0.65 }], {
      rate: 12_345.6,
    })

    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
      bench: 'topic',
      ratios: { 'coalesced-64': 0.8123 },
      figures: { rate: 12_350 },
    })
  })

  it.each([
    ['just at its least', { ratio: 0.65, least: 0.65 }, 'met'],
    ['below its least', { ratio: 0.64, least: 0.65 }, 'MISSED'],
    ['just at its most', { ratio: 3, most: 3 }, 'met'],
    ['above its most', { ratio: 3.1, most: 3 }, 'MISSED'],
    ['not measured', { ratio: Number.NaN, least: 0.65 }, 'MISSED'],
  ])('says of a ratio %s whether its limit is met', (_name, limit, word) => {
    const lines = render([{ name: 'some-ratio', ...limit }])

    expect(lines.find((line) => line.startsWith('some-ratio'))).toMatch(new RegExp(`${word}$`))
  })

  it('writes null for what could not be measured', () => {
    const lines = render([], { 'cpu-us': Number.NaN })

    expect(JSON.parse(lines.at(-1) ?? '').figures).toEqual({ 'cpu-us': null })
  })
})
