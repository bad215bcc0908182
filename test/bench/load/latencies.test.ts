import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLatencies } from '../../../bench/load/latencies.ts'
import { sized } from '../../support/size.ts'

function latenciesOf(values: readonly number[], capacity?: number) {
  const latencies = createLatencies(capacity)
  for (const value of values) latencies.record(value)
  return latencies
}

describe('latencies', () => {
  it('gives the p99 of 100 latencies as the 99th, in whatever order they came', () => {
    const latencies = latenciesOf(Array.from({ length: 100 }, (_, index) => 100 - index))

    expect(latencies.percentile(0.99)).toBe(99)
    expect(latencies.percentile(0.5)).toBe(50)
    expect(latencies.percentile(1)).toBe(100)
  })

  it('takes further latencies in after a percentile was asked for', () => {
    const latencies = latenciesOf([5, 7])

    expect(latencies.percentile(1)).toBe(7)
    latencies.record(6)
    latencies.record(9)

    expect(latencies.percentile(1)).toBe(9)
    expect(latencies.percentile(0.5)).toBe(6)
  })

  it('has no percentile of nothing', () => {
    expect(latenciesOf([]).percentile(0.99)).toBeNaN()
  })

  it('keeps every latency when there are more than it was made for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const sorted = values.toSorted((a, b) => a - b)
          const rank = Math.max(1, Math.ceil(share * values.length))

          expect(latenciesOf(values, 2).percentile(share)).toBe(sorted[rank - 1])
        },
      ),
      { seed: 20261123, numRuns: sized(200, 5_000) },
    )
  })
})
