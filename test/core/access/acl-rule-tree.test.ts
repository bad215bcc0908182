import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AclRule } from '../../../src/core/access/acl-rule.ts'
import { createAclRuleTree, renderFilter } from '../../../src/core/access/acl-rule-tree.ts'
import { filterFault } from '../../../src/core/access/topic-filter.ts'
import { overlaps } from '../../support/filter-overlap.ts'
import { sized } from '../../support/size.ts'

const CALLER = { uid: 'ann', clientId: 'phone' }

const aFilter = fc
  .array(fc.constantFrom('a', 'b', '+', '#', 'ann', 'phone', 'x-phone'), {
    minLength: 1,
    maxLength: 4,
  })
  .map((levels) => levels.join('/'))
  .filter((filter) => filterFault(filter) === undefined)

const aTemplate = fc
  .array(fc.constantFrom('a', 'b', '+', '#', '${uid}', 'x-${clientid}', '${clientid}'), {
    minLength: 1,
    maxLength: 4,
  })
  .map((levels) => levels.join('/'))
  .filter((filter) => filterFault(renderFilter(filter, CALLER)) === undefined)

describe('an ACL rule tree', () => {
  it('finds exactly the rules whose rendered filter overlaps the question, each once', () => {
    fc.assert(
      fc.property(fc.array(aTemplate, { maxLength: 20 }), aFilter, (templates, asked) => {
        const rules = templates.map(aRule)
        const tree = createAclRuleTree()
        for (const rule of rules) tree.add(rule)

        const found: AclRule[] = []
        tree.collect(asked.split('/'), CALLER, found)

        const expected = rules.filter((rule) => overlaps(renderFilter(rule.filter, CALLER), asked))
        expect(found.map((rule) => rule.id).sort()).toEqual(expected.map((rule) => rule.id).sort())
      }),
      { seed: 20261123, numRuns: sized(3_000, 100_000) },
    )
  })

  it('takes what a caller is called as it is, also where it looks like a replacement pattern', () => {
    expect(renderFilter('fleet/${uid}/${clientid}', { uid: '$&', clientId: "$'" })).toBe(
      "fleet/$&/$'",
    )
  })

  it('fills in nothing that a caller is called', () => {
    const caller = { uid: 'a${clientid}', clientId: '${uid}' }

    expect(renderFilter('fleet/${uid}/${clientid}', caller)).toBe('fleet/a${clientid}/${uid}')
  })
})

function aRule(filter: string, index: number): AclRule {
  return { id: String(index), effect: 'allow', action: 'all', filter, scope: { kind: 'everyone' } }
}
