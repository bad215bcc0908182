import type { AclRule } from '../access/acl-rule.ts'
import type { TopicFacts, TopicFactsQuestion } from '../access/topic-facts.ts'

/** Answers from Postgres, never from a cache. */
export interface TopicFactsSource {
  ask(question: TopicFactsQuestion): Promise<TopicFacts>
}

/** All ACL rules with the version they belong to, in one snapshot. */
export interface AclRuleSource {
  read(): Promise<{ readonly version: number; readonly rules: readonly AclRule[] }>
}
