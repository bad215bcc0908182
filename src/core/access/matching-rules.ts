import type { AclRule } from './acl-rule.ts'
import { renderFilter } from './acl-rule-tree.ts'
import type { MatchingRules } from './decide-topic.ts'
import { covers } from './topic-filter.ts'
import type { TopicQuestion } from './topic-question.ts'

/** The groups of whose members some of `rules` speak. */
export function gidsOf(rules: readonly AclRule[]): readonly string[] {
  if (rules.length === 0) return NO_GIDS
  const gids = new Set<string>()
  for (const { scope } of rules) if (scope.kind === 'group') gids.add(scope.gid)
  return gids.size === 0 ? NO_GIDS : [...gids]
}

/**
 * Of rules that overlap a question, those that apply to it.
 *
 * A denial applies as soon as it overlaps: who asks for `iot/#` would also get `iot/secret`. A
 * permission applies only where it covers all that is asked for.
 */
export function matchingRules(
  found: readonly AclRule[],
  question: TopicQuestion,
  levels: readonly string[],
  memberOf: readonly string[],
): MatchingRules {
  if (found.length === 0) return NONE
  const mine = found.filter(({ scope }) => scope.kind !== 'group' || memberOf.includes(scope.gid))
  return {
    deny: mine.find((rule) => rule.effect === 'deny'),
    allow: mine.find(
      (rule) =>
        rule.effect === 'allow' && covers(renderFilter(rule.filter, question).split('/'), levels),
    ),
  }
}

const NO_GIDS: readonly string[] = []
const NONE: MatchingRules = { deny: undefined, allow: undefined }
