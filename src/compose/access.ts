import type { Pool } from 'pg'
import type { Config } from '../config/config.ts'
import { createAclRuleBook } from '../core/access/acl-rule-book.ts'
import { createTopicAccess, type TopicAccess } from '../core/access/topic-access.ts'
import { createAclRuleSource } from '../postgres/acl-rule-source.ts'
import { COALESCE_LIMITS } from '../postgres/coalesce.ts'
import { createTopicFactsSource } from '../postgres/topic-facts.ts'

/** Topic rights on a pool. */
export function composeTopicAccess(
  pool: Pool,
  { access }: Config,
  observeBatch?: (size: number) => void,
): TopicAccess {
  return createTopicAccess({
    facts: createTopicFactsSource(pool, COALESCE_LIMITS, observeBatch),
    rules: createAclRuleBook(createAclRuleSource(pool)),
    policy: access,
  })
}
