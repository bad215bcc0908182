import type { TopicFactsSource } from '../ports/topic-ports.ts'
import type { AclRule } from './acl-rule.ts'
import type { AclRuleBook, AclRuleEdition } from './acl-rule-book.ts'
import { decideTopic, type TopicDecision, type TopicPolicy } from './decide-topic.ts'
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

/** Each step is one promise, and no more: the broker asks thousands of questions a second. */
export function createTopicAccess({ facts, rules, policy }: TopicAccessOptions): TopicAccess {
  function examine(question: TopicQuestion): Promise<TopicExamination> {
    const topic = topicCase(question)
    if (topic.kind === 'refused') {
      const decision = { kind: 'deny', reason: topic.reason } as const
      return Promise.resolve({ topic, facts: undefined, decision })
    }
    return decide(question, topic, rules.current())
  }

  function decide(
    question: TopicQuestion,
    topic: OpenCase,
    edition: AclRuleEdition,
  ): Promise<TopicExamination> {
    const { uid, clientId, action } = question
    const asked = edition.find(action, topic.levels, question)
    const ruleGids = gidsOf(asked)
    return facts
      .ask({ uid, clientId, subject: subjectOf(topic), ruleGids })
      .then((read) =>
        edition.version >= read.rulesVersion
          ? conclude(question, topic, read, asked)
          : decideAnew(question, topic, read, ruleGids),
      )
  }

  /** There are newer rules; in the rare case that they speak of other groups, the facts are asked again. */
  async function decideAnew(
    question: TopicQuestion,
    topic: OpenCase,
    read: TopicFacts,
    ruleGids: readonly string[],
  ): Promise<TopicExamination> {
    const edition = await rules.atLeast(read.rulesVersion)
    const found = edition.find(question.action, topic.levels, question)
    if (gidsOf(found).every((gid) => ruleGids.includes(gid))) {
      return conclude(question, topic, read, found)
    }
    return decide(question, topic, edition)
  }

  function conclude(
    question: TopicQuestion,
    topic: OpenCase,
    read: TopicFacts,
    found: readonly AclRule[],
  ): TopicExamination {
    const matching = matchingRules(found, question, topic.levels, read.ruleGids)
    return { topic, facts: read, decision: decideTopic(topic, read, matching, policy) }
  }

  return { examine, mayUseTopic: (question) => examine(question).then(verdictOf) }
}

function verdictOf({ decision }: TopicExamination): TopicVerdict {
  return decision.kind === 'allow' ? ALLOW : decision
}

const ALLOW: Allow = { kind: 'allow' }
