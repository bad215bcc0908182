import { Type } from 'typebox'
import type { BrokerAnswer } from '../../core/ports/broker-control.ts'
import type { ApiReply } from './api-session.ts'
import { wordsOf } from './api-words.ts'
import { answerReader, type BodyReader } from './body-reader.ts'
import { statusAnswer } from './status-answer.ts'

/** EMQX 4's result codes, from its documentation and its sources. */
const SUCCEEDED = 0
const CLIENT_NOT_FOUND = 112
/** RPC between nodes, and "unknown mistake". */
const PASSING: ReadonlySet<number> = new Set([101, 102])

const Result = Type.Object({ code: Type.Number() })

/** Always 200: whether it was a success stands in `code`. */
export function readEmqx4Reply<Value>(
  reply: ApiReply,
  read: BodyReader<Value>,
): BrokerAnswer<Value> {
  if (reply.kind !== 'answered') return reply
  const { body } = reply
  const readResult = answerReader(Result, ({ code }) => codeAnswer(code, body) ?? read(body))
  return statusAnswer(reply, readResult)
}

/** What a code says, where it is no success. */
export function codeAnswer(
  code: number,
  body: unknown,
): Exclude<BrokerAnswer<never>, { kind: 'done' }> | undefined {
  if (code === SUCCEEDED) return undefined
  if (code === CLIENT_NOT_FOUND) return { kind: 'absent' }
  const reason = `code ${code}: ${wordsOf(body)}`
  return { kind: PASSING.has(code) ? 'unavailable' : 'refused', reason }
}
