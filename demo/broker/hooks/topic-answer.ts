import { readAnswerBody } from './answer-body.ts'
import type { HookAnswer } from './hook-client.ts'

/**
 * What EMQX makes of the answer to a topic question; undefined is "no opinion", which leaves it to
 * `no_match`. Unlike at login, an answer without a content type is read as JSON.
 */
export function readTopicAnswer(answer: HookAnswer | undefined): 'allow' | 'deny' | undefined {
  if (answer?.status === 204) return 'allow'
  if (answer?.status !== 200) return undefined
  const body = readAnswerBody(answer.contentType ?? 'application/json', answer.body)
  return body?.result === 'allow' || body?.result === 'deny' ? body.result : undefined
}
