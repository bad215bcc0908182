import type { TopicFactsSource } from '../ports/topic-ports.ts'
import type { AclRuleBook } from './acl-rule-book.ts'
import {
  decideTopic,
  type MatchingRules,
  type TopicDecision,
  type TopicPolicy,
} from './decide-topic.ts'
import { gidsOf, matchingRules } from './matching-rules.ts'
import { subjectOf, type TopicCase, topicCase } from './topic-case.ts'
import type { TopicFacts } from './topic-facts.ts'
import type { TopicQuestion, TopicVerdict } from './topic-question.ts'
import type { Allow } from './verdict.ts'

/** Answers topic questions. */
export interface TopicAccess {
  mayUseTopic(question: TopicQuestion): Promise<TopicVerdict>
  /** The same decision with all that it was made from. */
  examine(question: TopicQuestion): Promise<TopicExamination>
}

export interface TopicExamination {
  readonly topic: TopicCase
  /** Undefined where the question was refused without a look at the facts. */
  readonly facts: TopicFacts | undefined
  readonly decision: TopicDecision
}

export interface TopicAccessOptions {
  readonly facts: TopicFactsSource
  readonly rules: AclRuleBook
  readonly policy: TopicPolicy
}

type OpenCase = Exclude<TopicCase, { kind: 'refused' }>

interface Gathered {
  readonly facts: TopicFacts
  readonly rules: MatchingRules
}

export function createTopicAccess({ facts, rules, policy }: TopicAccessOptions): TopicAccess {
  async function examine(question: TopicQuestion): Promise<TopicExamination> {
    const topic = topicCase(question)
    if (topic.kind === 'refused') {
      return { topic, facts: undefined, decision: { kind: 'deny', reason: topic.reason } }
    }
    const known = await gather(question, topic)
    return {
      topic,
      facts: known.facts,
      decision: decideTopic(topic, known.facts, known.rules, policy),
    }
  }

  /** Asks for the facts, and again in the rare case that newer rules speak of other groups. */
  async function gather(question: TopicQuestion, topic: OpenCase): Promise<Gathered> {
    const { uid, clientId, action } = question
    const subject = subjectOf(topic)
    let edition = rules.current()
    for (;;) {
      const asked = edition.find(action, topic.levels, question)
      const ruleGids = gidsOf(asked)
      const read = await facts.ask({ uid, clientId, subject, ruleGids })
      const isCurrent = edition.version >= read.rulesVersion
      if (!isCurrent) edition = await rules.atLeast(read.rulesVersion)
      const found = isCurrent ? asked : edition.find(action, topic.levels, question)
      if (isCurrent || gidsOf(found).every((gid) => ruleGids.includes(gid))) {
        return { facts: read, rules: matchingRules(found, question, topic.levels, read.ruleGids) }
      }
    }
  }

  return {
    examine,
    async mayUseTopic(question) {
      const { decision } = await examine(question)
      if (decision.kind === 'allow') return ALLOW
      return decision
    },
  }
}

const ALLOW: Allow = { kind: 'allow' }
