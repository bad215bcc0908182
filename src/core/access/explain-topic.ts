import type { TopicVerdict } from './topic-question.ts'

/** A verdict with its reasons, for people. */
export interface TopicExplanation {
  readonly verdict: TopicVerdict
  /** One sentence: by which line of the topic table, which rule, or for want of what. */
  readonly because: string
  /** The facts that were looked at, in the order in which they decide. */
  readonly facts: readonly { readonly name: string; readonly value: string }[]
}
