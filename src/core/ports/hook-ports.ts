import type { LoginQuestion, LoginVerdict } from '../access/login.ts'
import type { TopicQuestion, TopicVerdict } from '../access/topic-question.ts'
import type { VerdictKind } from '../access/verdict.ts'

/** What the hooks ask the core. */
export interface Access {
  mayConnect(question: LoginQuestion): Promise<LoginVerdict>
  mayUseTopic(question: TopicQuestion): Promise<TopicVerdict>
}

export type HookQuestion = 'connect' | 'superuser' | 'topic'

/** What the hooks count. */
export interface HookMeter {
  /** `reason` is that of a refusal; from closed lists, so it may become a label. */
  answered(
    dialect: string,
    question: HookQuestion,
    verdict: VerdictKind,
    durationMs: number,
    reason?: string,
  ): void
}
