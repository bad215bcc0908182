import { describe, expect, it } from 'vitest'
import { emqx4 } from '../../src/broker/emqx4.ts'
import { LOGIN_HINDRANCES, LOGIN_LINKS, LOGIN_REFUSALS } from '../../src/core/access/login.ts'
import { TOPIC_GRANTS, TOPIC_REFUSALS } from '../../src/core/access/topic-question.ts'
import { UNREACHED_REASONS } from '../../src/core/reach/reach-reason.ts'
import { codeRows, readPage, sectionOf } from './pages.ts'

const logins = readPage('docs/logins.md')
const topics = readPage('docs/topics.md')
const reach = readPage('docs/reach.md')

describe('docs/logins.md', () => {
  it('explains every refusal, in the order of the list', () => {
    expect(codesIn(sectionOf(logins, 'Refusal reasons'))).toEqual(LOGIN_REFUSALS)
  })

  it('explains all that can stand in the way of a decision', () => {
    expect(codesIn(sectionOf(logins, 'Not now'))).toEqual(LOGIN_HINDRANCES)
  })

  it('says which status EMQX 4 hears', () => {
    const heard = LOGIN_REFUSALS.map(
      (reason) => emqx4.answerConnect({ kind: 'deny', reason }).status,
    )

    const said = codeRows(sectionOf(logins, 'Refusal reasons')).map((row) => Number(row.at(-1)))

    expect(said).toEqual(heard)
  })

  it('has a row for every kind of credential', () => {
    const rows = sectionOf(logins, 'Four kinds of credential').match(/^\| (?!kind|---)/gm)

    expect(rows).toHaveLength(LOGIN_LINKS.length)
  })
})

describe('docs/topics.md', () => {
  it('explains every refusal, in the order of the list', () => {
    expect(codesIn(sectionOf(topics, 'Refusal reasons'))).toEqual(TOPIC_REFUSALS)
  })

  it('explains every grant, in the order of the list', () => {
    expect(codesIn(sectionOf(topics, 'Reasons for a yes'))).toEqual(TOPIC_GRANTS)
  })
})

describe('docs/reach.md', () => {
  it('explains every reason, in the order in which they are asked', () => {
    expect(codesIn(sectionOf(reach, 'Reasons'))).toEqual(Object.keys(UNREACHED_REASONS))
  })
})

function codesIn(section: string): readonly string[] {
  return codeRows(section).map(([code = '']) => code)
}
