import { checkIdentifier, checkText } from '../directory/checks.ts'
import { DomainError } from '../domain-error.ts'
import type { MessageTraces, TraceQuestion } from '../ports/message-traces.ts'
import type { MessageTrace } from './message-trace.ts'

const ID_BYTES_MAX = 256

/** Says what became of a message: who was notified how, who was not, and why. */
export async function explainMessage(
  traces: MessageTraces,
  question: TraceQuestion,
): Promise<readonly MessageTrace[]> {
  checkText('id', question.id, ID_BYTES_MAX)
  if (question.uid !== undefined) checkIdentifier('uid', question.uid)
  const found = await traces.find(question)
  if (found.length > 0) return found
  const message = `no message "${question.id}": it was never reported, or it is older than HERALD_RETENTION`
  throw new DomainError('MESSAGE_NOT_FOUND', message, 'id')
}
