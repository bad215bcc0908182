import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSubscriptionTree } from '../../../../demo/broker/routing/subscription-tree.ts'
import { topicMatches } from '../../../../demo/broker/routing/topics.ts'
import { sized } from '../../../support/size.ts'

const LEVEL = fc.constantFrom('a', 'b', '', '$x')
const TOPIC = fc.array(LEVEL, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
const FILTER = fc
  .tuple(
    fc.array(fc.oneof(LEVEL, fc.constant('+')), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '/#'),
  )
  .map(([levels, rest]) => levels.join('/') + rest)

describe('the subscription tree', () => {
  it('finds what a search through all filters finds', () => {
    const filters = fc.uniqueArray(fc.oneof(FILTER, fc.constant('#')), { maxLength: 30 })
    fc.assert(
      fc.property(filters, fc.array(TOPIC, { maxLength: 10 }), (all, topics) => {
        const tree = createSubscriptionTree<string>()
        for (const filter of all) tree.set(filter, 'k', filter)

        for (const topic of topics) {
          const expected = all.filter((filter) => topicMatches(topic, filter))
          expect(tree.match(topic).toSorted()).toEqual(expected.toSorted())
        }
      }),
      { seed: 20261123, numRuns: sized(300, 20_000) },
    )
  })

  it('is as if what was taken out had never been there', () => {
    const entries = fc.array(fc.tuple(FILTER, fc.constantFrom('1', '2')), { maxLength: 20 })
    fc.assert(
      fc.property(entries, entries, fc.array(TOPIC, { maxLength: 10 }), (kept, gone, topics) => {
        const changed = createSubscriptionTree<string>()
        const plain = createSubscriptionTree<string>()
        for (const [filter, key] of gone) changed.set(filter, key, filter)
        for (const [filter, key] of gone) changed.remove(filter, key)
        for (const [filter, key] of kept) {
          changed.set(filter, key, filter)
          plain.set(filter, key, filter)
        }

        for (const topic of topics) {
          expect(changed.match(topic).toSorted()).toEqual(plain.match(topic).toSorted())
        }
      }),
      { seed: 20261123, numRuns: sized(300, 20_000) },
    )
  })

  it('replaces what is filed under the same filter and key, and keeps other keys', () => {
    const tree = createSubscriptionTree<number>()
    tree.set('a/+', 'one', 1)
    tree.set('a/+', 'two', 2)

    tree.set('a/+', 'one', 3)

    expect(tree.get('a/+', 'one')).toBe(3)
    expect(tree.match('a/b').toSorted()).toEqual([2, 3])
  })

  it('forgets nothing when asked to take out what is not there', () => {
    const tree = createSubscriptionTree<number>()
    tree.set('a/b', 'k', 1)

    tree.remove('a/b/c', 'k')
    tree.remove('a', 'k')
    tree.remove('a/b', 'other')

    expect(tree.match('a/b')).toEqual([1])
  })
})
