import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchOutages } from '../../src/compose/outage.ts'
import type { VerdictKind } from '../../src/core/access/verdict.ts'

const log = pino({ level: 'silent' })
let wanted: number
let isAway: boolean

beforeEach(() => {
  vi.useFakeTimers()
  wanted = 0
  isAway = false
})
afterEach(() => vi.useRealTimers())

function watch() {
  const verdicts: VerdictKind[] = []
  const meter = {
    answered: (_: string, __: string, verdict: VerdictKind) => verdicts.push(verdict),
  }
  const caches = {
    async want() {
      if (isAway) throw new Error('Postgres is away')
      wanted++
    },
  }
  return { ...watchOutages(meter, caches, log), verdicts }
}

describe('questions that could not be decided', () => {
  it('have the broker forget what it was told, once for all of them', async () => {
    const { meter, stop, verdicts } = watch()
    for (let n = 0; n < 100; n++) meter.answered('emqx5', 'topic', 'unavailable', 1)
    await vi.advanceTimersByTimeAsync(20_000)
    stop()

    expect(wanted).toBe(1)
    expect(verdicts).toHaveLength(100)
  })

  it('are waited for to be over', async () => {
    const { meter, stop } = watch()
    isAway = true
    meter.answered('emqx5', 'topic', 'unavailable', 1)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(wanted).toBe(0)

    isAway = false
    await vi.advanceTimersByTimeAsync(5_000)
    stop()

    expect(wanted).toBe(1)
  })

  it.each(['allow', 'deny', 'ignore'] as const)('are no decisions: %s', async (verdict) => {
    const { meter, stop } = watch()
    meter.answered('emqx5', 'topic', verdict, 1)
    await vi.advanceTimersByTimeAsync(20_000)
    stop()

    expect(wanted).toBe(0)
  })
})
