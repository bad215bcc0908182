import { describe, expect, it } from 'vitest'
import { diagnose } from '../../src/core/doctor/diagnose.ts'
import { codeRows, readPage, sectionOf } from './pages.ts'

const SKIPPED = { kind: 'skipped', why: '' } as const

describe('docs/setup.md', () => {
  it('has a row for each check, in the order in which they are asked', () => {
    const checks = diagnose({
      broker: SKIPPED,
      postgres: SKIPPED,
      probe: SKIPPED,
      providers: [],
      herald: {
        secrets: [],
        deadlineMs: 2000,
        strangers: 'deny',
        hasLatePush: true,
        url: undefined,
      },
    }).map(({ check }) => check)

    const rows = codeRows(sectionOf(readPage('docs/setup.md'), 'What `doctor` asks'))

    expect(rows.map(([check]) => check)).toEqual(checks)
  })
})
