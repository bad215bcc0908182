import fc from 'fast-check'
import type { AclScope } from '../../../../src/core/access/acl-rule.ts'
import { groupOf, refuse, userOf } from './directory-model.ts'
import { anyGid, anyUid, step } from './step.ts'

const anyScope: fc.Arbitrary<AclScope> = fc.oneof(
  fc.constant({ kind: 'everyone' as const }),
  anyUid.map((uid) => ({ kind: 'user' as const, uid })),
  anyGid.map((gid) => ({ kind: 'group' as const, gid })),
)

export const ruleSteps = [
  fc.tuple(anyScope, fc.constantFrom('x/#', 'y/${uid}', 'z/#/z')).map(([scope, filter]) =>
    step(`add rule ${filter} for ${nameOf(scope)}`, {
      onDirectory: ({ rules }) => rules.add({ effect: 'allow', action: 'all', filter, scope }),
      onModel: (model) => {
        if (filter === 'z/#/z') refuse('INVALID_FILTER')
        if (scope.kind === 'user') userOf(model, scope.uid)
        if (scope.kind === 'group') groupOf(model, scope.gid)
        model.rules.push({ scope: nameOf(scope), filter })
      },
    }),
  ),
  fc.nat({ max: 3 }).map((nth) =>
    step(`remove rule number ${nth}`, {
      onDirectory: async ({ rules }) => {
        const { items } = await rules.list()
        return rules.remove(items[nth]?.id ?? '0')
      },
      onModel: (model) => {
        if (model.rules.splice(nth, 1).length === 0) refuse('RULE_NOT_FOUND')
      },
    }),
  ),
]

export function nameOf(scope: AclScope): string {
  switch (scope.kind) {
    case 'everyone':
      return 'everyone'
    case 'user':
      return `user ${scope.uid}`
    case 'group':
      return `group ${scope.gid}`
  }
}
