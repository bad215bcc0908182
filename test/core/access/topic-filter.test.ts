import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { covers, filterFault, topicFault } from '../../../src/core/access/topic-filter.ts'
import { overlaps } from '../../support/filter-overlap.ts'
import { sized } from '../../support/size.ts'

const PROPERTY = { seed: 20261123, numRuns: sized(3_000, 100_000) }

/** A small world of levels, so that generated filters meet. "$x" may stand first only by MQTT's sense. */
const LEVELS = ['a', 'b', '', '$x']

/** Every topic of up to four levels: more than any generated filter can tell apart. */
const TOPICS = allTopics(4)

const aFilter = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', '', '$x', '+'), { minLength: 0, maxLength: 3 }),
    fc.constantFrom(undefined, '#', '+', 'a'),
  )
  .map(([levels, last]) => (last === undefined ? levels : [...levels, last]).join('/'))
  .filter((filter) => filterFault(filter) === undefined)

describe('covers', () => {
  it('says what matching every topic of a small world against both filters says', () => {
    fc.assert(
      fc.property(aFilter, aFilter, (allowed, requested) => {
        const asked = TOPICS.filter((topic) => matches(requested, topic))

        expect(covers(allowed.split('/'), requested.split('/'))).toBe(
          asked.every((topic) => matches(allowed, topic)),
        )
      }),
      PROPERTY,
    )
  })

  it.each([
    ['user/111/#', 'user/111/inbox/+', true],
    ['user/111/#', 'user/111', true],
    ['user/111/#', 'user/111/#', true],
    ['user/111/#', 'user/+/inbox/111', false],
    ['user/111/#', 'user/#', false],
    ['user/111/#', 'user/1111/inbox/1', false],
    ['group/+/invitation/111/from/+', 'group/7/invitation/111/from/+', true],
    ['group/+/invitation/111/from/+', 'group/7/invitation/111/from/#', false],
    ['group/7/inbox/+', 'group/7/inbox/#', false],
    ['+/#', '#', true],
    ['#', '+/#', true],
    ['#', '$SYS/brokers', false],
    ['a/+', 'a', false],
    ['a/+/#', 'a/#', false],
  ])('%s covers %s: %s', (allowed, requested, expected) => {
    expect(covers(allowed.split('/'), requested.split('/'))).toBe(expected)
  })
})

describe('overlaps', () => {
  it('says what looking for a topic that both filters match says', () => {
    fc.assert(
      fc.property(aFilter, aFilter, (one, other) => {
        const shared = TOPICS.some((topic) => matches(one, topic) && matches(other, topic))

        expect(overlaps(one, other)).toBe(shared)
      }),
      PROPERTY,
    )
  })
})

describe('filterFault', () => {
  it.each(['a', '+', '#', 'a/+/b', 'a/#', '/', 'a//b', '+/+/#'])('accepts %s', (filter) => {
    expect(filterFault(filter)).toBeUndefined()
  })

  it.each(['', 'a/#/b', 'a+', '+a/b', 'a/b#', '#/a', 'a\u0000', '\ud800'])(
    'refuses %j',
    (filter) => {
      expect(filterFault(filter)).toBeTypeOf('string')
    },
  )

  it('refuses a filter of 65,536 bytes', () => {
    expect(filterFault('x'.repeat(65_536))).toBeTypeOf('string')
  })
})

describe('topicFault', () => {
  it.each(['', 'a/+', '#', 'a\u0000', '\udfff'])('refuses %j', (topic) => {
    expect(topicFault(topic)).toBeTypeOf('string')
  })

  it('counts bytes, not characters', () => {
    expect(topicFault('€'.repeat(30_000))).toBeTypeOf('string')
  })

  it('accepts a topic of 65,535 bytes', () => {
    expect(topicFault('x'.repeat(65_535))).toBeUndefined()
  })
})

/** MQTT 5.0 §4.7 to the letter, on one topic: the slow truth that the fast functions are held to. */
function matches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false
  const pattern = filter
    .split('/')
    .map((level) => level.replace('$', '\\$').replace('+', '[^/]*'))
    .join('/')
  // "a/#" matches "a" and all below it; "#" alone matches everything.
  const withRest = pattern === '#' ? '.*' : pattern.replace(/\/#$/, '(/.*)?')
  return new RegExp(`^${withRest}$`).test(topic)
}

function allTopics(levelsMax: number): readonly string[] {
  let longest: string[][] = LEVELS.map((level) => [level])
  const topics = [...longest]
  for (let levels = 2; levels <= levelsMax; levels++) {
    longest = longest.flatMap((topic) => LEVELS.map((level) => [...topic, level]))
    topics.push(...longest)
  }
  return topics.map((topic) => topic.join('/'))
}
