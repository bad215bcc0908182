import { describe, expect, it } from 'vitest'
import { STATUS_BY_CODE } from '../../src/http/problem.ts'
import { codeRows, readPage } from './pages.ts'

/** Those that no broken rule of the model has. */
const OF_HTTP = {
  BAD_REQUEST: 400,
  INTERNAL: 500,
  UNAVAILABLE: 503,
}

describe('docs/errors.md', () => {
  it('has every code with its status, once', () => {
    const rows = codeRows(readPage('docs/errors.md').text).map(([code, status]) => [
      code,
      Number(status),
    ])

    expect(rows.sort()).toEqual(Object.entries({ ...STATUS_BY_CODE, ...OF_HTTP }).sort())
  })
})
