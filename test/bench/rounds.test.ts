import { describe, expect, it } from 'vitest'
import { type Match, type Round, ratiosOf } from '../../bench/rounds.ts'

function aRound(made: Partial<Round>): Round {
  return {
    answered: 1_000,
    allowed: 700,
    perSecond: 10_000,
    seconds: 0.1,
    p50Ms: 1,
    p99Ms: 2,
    maxMs: 3,
    loadCpuUs: 10,
    serverCpuUs: 50,
    postgresCpuUs: 0,
    ...made,
  }
}

function aMatch(bare: readonly Partial<Round>[], herald: readonly Partial<Round>[]): Match {
  const shape = { name: '64', connections: 64, depth: 1 }
  return { shape, bare: bare.map(aRound), herald: herald.map(aRound) }
}

describe('ratios of a match', () => {
  it('compares the best rounds, whichever they were', () => {
    const match = aMatch(
      [{ perSecond: 9_000 }, { perSecond: 20_000 }, { perSecond: 15_000 }],
      [{ perSecond: 16_000 }, { perSecond: 4_000 }, { perSecond: 12_000 }],
    )

    expect(ratiosOf(match).throughput).toBe(0.8)
  })

  it('takes the least CPU of each server, and gives more for less', () => {
    const match = aMatch(
      [{ serverCpuUs: 60 }, { serverCpuUs: 40 }],
      [{ serverCpuUs: 50 }, { serverCpuUs: 90 }],
    )

    expect(ratiosOf(match).cpu).toBe(0.8)
  })

  it('takes the least p99 of each server', () => {
    const match = aMatch([{ p99Ms: 4 }, { p99Ms: 2 }], [{ p99Ms: 5 }, { p99Ms: 30 }])

    expect(ratiosOf(match).p99).toBe(2.5)
  })

  it('gives the median of the rounds as they were paired, too', () => {
    const match = aMatch(
      [{ perSecond: 10_000 }, { perSecond: 20_000 }, { perSecond: 5_000 }],
      [{ perSecond: 9_000 }, { perSecond: 10_000 }, { perSecond: 4_000 }],
    )

    expect(ratiosOf(match).paired).toBe(0.8)
  })

  it('has no CPU ratio where the CPU could not be read', () => {
    const match = aMatch([{ serverCpuUs: 40 }], [{ serverCpuUs: undefined }])

    expect(ratiosOf(match).cpu).toBeNaN()
  })
})
