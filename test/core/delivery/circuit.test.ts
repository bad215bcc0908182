import { describe, expect, it } from 'vitest'
import {
  closesCircuit,
  nextProbeAt,
  noteOutcome,
  UNKNOWN_HEALTH,
} from '../../../src/core/delivery/circuit.ts'
import type { SendOutcome } from '../../../src/core/delivery/send-outcome.ts'

const POLICY = {
  windowMs: 1_000,
  failuresMin: 10,
  failureShare: 0.9,
  probeFirstMs: 100,
  probeMaxMs: 1_000,
}
const YES = { kind: 'accepted', providerId: 'x' } as const
const NO = { kind: 'unavailable', reason: '503' } as const

/** Why the circuit opens after these outcomes, one a millisecond apart. */
function openingAfter(outcomes: readonly SendOutcome[], everyMs = 1): string | undefined {
  let health = UNKNOWN_HEALTH
  let opens: string | undefined
  outcomes.forEach((outcome, index) => {
    const noted = noteOutcome(health, outcome, POLICY, 5_000 + index * everyMs)
    health = noted.health
    opens ??= noted.opens
  })
  return opens
}

const times = (count: number, outcome: SendOutcome) => Array.from({ length: count }, () => outcome)

describe('a circuit', () => {
  it('opens at once where the provider does not know us', () => {
    const outcome = { kind: 'misconfigured', reason: 'BadKey' } as const

    expect(openingAfter([...times(100, YES), outcome])).toBe('misconfigured: BadKey')
  })

  it('opens where nearly all calls fail', () => {
    expect(openingAfter(times(9, NO))).toBeUndefined()
    expect(openingAfter(times(10, NO))).toBe('10 of 10 failed: 503')
    expect(openingAfter([YES, ...times(9, NO)])).toBeUndefined()
    expect(openingAfter([YES, ...times(10, NO)])).toBe('10 of 11 failed: 503')
  })

  it('stays closed where a part fails, or all do now and then', () => {
    expect(openingAfter(times(100, NO).flatMap((no) => [no, YES]))).toBeUndefined()
    expect(openingAfter(times(100, NO), 150)).toBeUndefined()
  })

  it('stays closed where the provider says no to what it is asked', () => {
    expect(openingAfter(times(100, { kind: 'rejected', reason: 'Bad' }))).toBeUndefined()
    expect(openingAfter(times(100, { kind: 'address-gone', reason: 'Gone' }))).toBeUndefined()
  })

  it.each([
    [YES, true],
    [{ kind: 'rejected', reason: 'x' }, true],
    [{ kind: 'address-gone', reason: 'x' }, true],
    [NO, false],
    [{ kind: 'misconfigured', reason: 'x' }, false],
  ] as const)('that is tried with the answer %j is closed: %s', (outcome, closes) => {
    expect(closesCircuit(outcome)).toBe(closes)
  })

  it.each([
    [0, 100],
    [50, 100],
    [300, 300],
    [5_000, 1_000],
  ])('that has been open for %i ms is tried again after %i ms', (openMs, afterMs) => {
    expect(nextProbeAt(10_000, 10_000 + openMs, POLICY)).toBe(10_000 + openMs + afterMs)
  })
})
