import { assert, constantFrom, double, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RETRY_POLICY } from '../../../src/core/delivery/delivery-policy.ts'
import { type Attempt, nextStep } from '../../../src/core/delivery/next-step.ts'
import { sized } from '../../support/size.ts'

const POLICY = RETRY_POLICY
const FIRST: Attempt = { number: 1, ageMs: 0, leftMs: 3_600_000 }
const BUSY = { kind: 'unavailable', reason: 'Busy' } as const

const most = () => 1

describe('the next step', () => {
  it.each([
    [
      { kind: 'accepted', providerId: 'x' },
      { kind: 'finish', state: 'sent' },
    ],
    [
      { kind: 'rejected', reason: 'x' },
      { kind: 'finish', state: 'failed' },
    ],
    [
      { kind: 'address-gone', reason: 'x', goneSince: 5 },
      { kind: 'forget-address', goneSince: 5 },
    ],
    [{ kind: 'misconfigured', reason: 'x' }, { kind: 'keep' }],
  ] as const)('after %j is %j', (outcome, step) => {
    expect(nextStep(outcome, FIRST, POLICY, most)).toEqual(step)
  })

  it('waits as long as the provider asks', () => {
    const busy = { ...BUSY, retryAfterMs: 30_000 }

    expect(nextStep(busy, FIRST, POLICY, most)).toEqual({ kind: 'retry', afterMs: 30_000 })
  })

  it('waits an hour at most', () => {
    const busy = { ...BUSY, retryAfterMs: 86_400_000 }

    expect(nextStep(busy, { ...FIRST, leftMs: 86_400_000 }, POLICY, most)).toEqual({
      kind: 'retry',
      afterMs: 3_600_000,
    })
  })

  it.each([
    [1, 2_000],
    [2, 4_000],
    [4, 16_000],
    [7, 128_000],
  ])('waits after attempt %i for %i ms at most', (number, afterMs) => {
    expect(nextStep(BUSY, { ...FIRST, number }, POLICY, most)).toEqual({ kind: 'retry', afterMs })
    expect(nextStep(BUSY, { ...FIRST, number }, POLICY, () => 0.25)).toEqual({
      kind: 'retry',
      afterMs: afterMs / 4,
    })
  })

  it('gives up after the last attempt', () => {
    const last = { ...FIRST, number: POLICY.attemptsMax }

    expect(nextStep(BUSY, last, POLICY, most)).toEqual({ kind: 'finish', state: 'failed' })
  })

  it('gives up on what is too old', () => {
    const old = { ...FIRST, ageMs: POLICY.ageMaxMs - 1_999 }

    expect(nextStep(BUSY, old, POLICY, most)).toEqual({ kind: 'finish', state: 'failed' })
  })

  it('does not wait for what would have expired by then', () => {
    expect(nextStep(BUSY, { ...FIRST, leftMs: 2_000 }, POLICY, most)).toEqual({
      kind: 'finish',
      state: 'expired',
    })
  })

  it('never waits beyond its bounds, and comes to an end', () => {
    assert(
      property(
        integer({ min: 1, max: 20 }),
        integer({ min: 0, max: 2 * POLICY.ageMaxMs }),
        integer({ min: 1, max: 2 * POLICY.ageMaxMs }),
        constantFrom(undefined, 0, 1, 60_000, 10_000_000),
        double({ min: 0, max: 1, noNaN: true }),
        (number, ageMs, leftMs, retryAfterMs, dice) => {
          const outcome = retryAfterMs === undefined ? BUSY : { ...BUSY, retryAfterMs }

          const step = nextStep(outcome, { number, ageMs, leftMs }, POLICY, () => dice)

          if (step.kind === 'finish') return
          expect(step.kind).toBe('retry')
          if (step.kind !== 'retry') return
          expect(number).toBeLessThan(POLICY.attemptsMax)
          expect(step.afterMs).toBeGreaterThan(0)
          expect(step.afterMs).toBeLessThan(leftMs)
          expect(ageMs + step.afterMs).toBeLessThanOrEqual(POLICY.ageMaxMs)
          expect(step.afterMs).toBeLessThanOrEqual(POLICY.retryAfterMaxMs)
        },
      ),
      { seed: 3, numRuns: sized(500, 20_000) },
    )
  })
})
