import type { LoginQuestion, LoginVerdict } from '../core/access/login.ts'
import type { TopicQuestion, TopicVerdict } from '../core/access/topic-question.ts'

/** An answer as it goes over the wire. */
export interface HookReply {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/**
 * How one generation of EMQX asks and is answered. The verdict of one is the opposite to another
 * (`200 {"result":"deny"}` lets everybody in on EMQX 4), so there is a route prefix for each.
 */
export interface Dialect<ConnectFields, TopicFields> {
  readonly name: string
  readConnect(fields: ConnectFields): LoginQuestion
  readTopic(fields: TopicFields): TopicQuestion
  answerConnect(verdict: LoginVerdict): HookReply
  answerTopic(verdict: TopicVerdict): HookReply
  /** Said when no verdict could be had: bad input (`deny`) or a fault of ours (`unavailable`). */
  refuse(kind: 'deny' | 'unavailable'): HookReply
}
