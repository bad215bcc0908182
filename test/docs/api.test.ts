import { describe, expect, it } from 'vitest'
import { KEY_ROLES, RESOURCES, scopesOf } from '../../src/core/admin/scopes.ts'
import { codeRows, readPage, sectionOf } from './pages.ts'

describe('docs/api.md', () => {
  it('says what each role may, as it is', () => {
    const rows = codeRows(sectionOf(readPage('docs/api.md'), 'Who may'))

    const expected = RESOURCES.map((resource) => [
      resource,
      ...KEY_ROLES.map((role) => {
        const scopes = scopesOf(role, undefined)
        const verbs = (['read', 'write'] as const).filter((verb) =>
          scopes.has(`${resource}:${verb}`),
        )
        return verbs.length === 0 ? '–' : verbs.join(', ')
      }),
    ])
    expect(rows).toEqual(expected)
  })
})
