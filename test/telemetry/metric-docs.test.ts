import { describe, expect, it } from 'vitest'
import { METRICS } from '../../src/telemetry/metric-names.ts'
import { codeRows, readPage, sectionOf } from '../docs/pages.ts'

describe('docs/operations.md', () => {
  it('explains every metric, and no other', () => {
    const explained = codeRows(sectionOf(readPage('docs/operations.md'), 'Metrics'))
      .map(([name = '']) => name)
      .filter((name) => name.startsWith('herald_'))

    expect(explained.toSorted()).toEqual(Object.keys(METRICS).toSorted())
  })
})
