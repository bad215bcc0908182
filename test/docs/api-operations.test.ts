import { describe, expect, it } from 'vitest'
import { scopesOf } from '../../src/core/admin/scopes.ts'
import { DEAD_STATES, MENDED_MAX } from '../../src/core/delivery/dead-states.ts'
import { isSampled, STAT_METRICS } from '../../src/core/stats/stat.ts'
import { codeRows, readPage, sectionOf } from './pages.ts'

const page = readPage('docs/api-operations.md')

describe('docs/api-operations.md', () => {
  it('explains every metric, in the order of the list', () => {
    const rows = codeRows(sectionOf(page, 'Numbers')).map(([name, , kind = '']) => [
      name,
      kind.split(' ')[0],
    ])

    expect(rows).toEqual(STAT_METRICS.map((one) => [one, isSampled(one) ? 'sampled' : 'counted']))
  })

  it('names the states and numbers that are in force', () => {
    const deliveries = sectionOf(page, 'Deliveries')

    for (const state of DEAD_STATES) expect(deliveries).toContain(`\`${state}\``)
    expect(sectionOf(page, 'Redrive and discard')).toContain(
      `${MENDED_MAX.toLocaleString('en')} at most`,
    )
  })

  it('says rightly who may read what is written', () => {
    expect(scopesOf('support', undefined).has('bodies:read')).toBe(false)
    expect(sectionOf(page, 'Who may')).toContain('| what a message says | yes | yes | no | yes |')
  })
})
