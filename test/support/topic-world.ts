import type { AclRule } from '../../src/core/access/acl-rule.ts'
import { createAclRuleBook } from '../../src/core/access/acl-rule-book.ts'
import type { TopicPolicy } from '../../src/core/access/decide-topic.ts'
import { createTopicAccess, type TopicAccess } from '../../src/core/access/topic-access.ts'
import type { TopicFacts } from '../../src/core/access/topic-facts.ts'
import type { TopicQuestion } from '../../src/core/access/topic-question.ts'

/** Facts of an active user on a device of their own; a test states only what differs. */
export function aTopicFacts(facts: Partial<TopicFacts> = {}): TopicFacts {
  return {
    user: 'active',
    device: 'own',
    recipient: undefined,
    group: undefined,
    ruleGids: [],
    rulesVersion: 1,
    ...facts,
  }
}

/** A publish by ann's phone; a test states the topic at least. */
export function aQuestion(question: Partial<TopicQuestion>): TopicQuestion {
  return {
    uid: 'ann',
    clientId: 'phone',
    action: 'publish',
    topic: 't',
    retain: false,
    ...question,
  }
}

const OPEN_POLICY: TopicPolicy = {
  contactPolicy: 'everyone',
  groupSubscription: 'all',
  strangers: 'deny',
}

/** Topic access over facts that stay as given. */
export function topicAccess(
  facts: TopicFacts,
  rules: readonly AclRule[] = [],
  policy: Partial<TopicPolicy> = {},
): TopicAccess {
  return createTopicAccess({
    facts: {
      ask: async ({ ruleGids }) => ({
        ...facts,
        ruleGids: facts.ruleGids.filter((gid) => ruleGids.includes(gid)),
      }),
    },
    rules: createAclRuleBook({ read: async () => ({ version: facts.rulesVersion, rules }) }),
    policy: { ...OPEN_POLICY, ...policy },
  })
}
