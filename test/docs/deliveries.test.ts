import { describe, expect, it } from 'vitest'
import {
  CIRCUIT_POLICY,
  RETRY_POLICY,
  WORK_POLICY,
} from '../../src/core/delivery/delivery-policy.ts'
import { LIMIT_REASONS } from '../../src/core/delivery/send-limits.ts'
import { WITHDRAWAL_REASONS } from '../../src/core/delivery/withdrawal-reason.ts'
import { codeRows, readPage, sectionOf } from './pages.ts'

const page = readPage('docs/deliveries.md')

describe('docs/deliveries.md', () => {
  it('explains every reason to withdraw, in the order of the list', () => {
    const reasons = codeRows(sectionOf(page, 'Withdrawn')).map(([code = '']) => code)

    expect(reasons).toEqual(Object.keys(WITHDRAWAL_REASONS))
  })

  it('explains every reason to wait for room, in the order of the list', () => {
    const reasons = codeRows(sectionOf(page, 'Limits')).map(([code = '']) => code)

    expect(reasons).toEqual(Object.keys(LIMIT_REASONS))
  })

  it('names the numbers that are in force', () => {
    const way = sectionOf(page, 'The way to a provider')
    const outcomes = sectionOf(page, 'Outcomes')
    const circuits = sectionOf(page, 'Circuits')

    expect(way).toContain(`up to ${WORK_POLICY.claimMax} due rows`)
    expect(way).toContain(`of ${WORK_POLICY.leaseMs / 1000} s`)
    expect(way).toContain(`Up to ${WORK_POLICY.sendsMax} at once`)
    expect(way).toContain(`A call may take ${WORK_POLICY.sendTimeoutMs / 1000} s`)
    expect(way).toContain(`within ${WORK_POLICY.flushMs} ms`)
    expect(outcomes).toContain(`begins at ${RETRY_POLICY.backoffFirstMs / 1000} s`)
    expect(outcomes).toContain(`up to ${RETRY_POLICY.backoffMaxMs / 60_000} min`)
    expect(outcomes).toContain(`After ${RETRY_POLICY.attemptsMax} attempts`)
    expect(circuits).toContain(
      `${CIRCUIT_POLICY.windowMs / 1000} s, and ${CIRCUIT_POLICY.failuresMin}`,
    )
    expect(circuits).toContain(`After ${CIRCUIT_POLICY.probeFirstMs / 1000} s one worker`)
    expect(sectionOf(page, 'Doubts')).toContain(`for ${CIRCUIT_POLICY.failuresMin} people in a row`)
    expect(circuits).toContain(`every ${CIRCUIT_POLICY.probeMaxMs / 60_000} min at most`)
  })
})
