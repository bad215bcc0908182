import { type RecheckPolicy, recheck } from '../delivery/recheck.ts'
import { checkIdentifier, checkText } from '../directory/checks.ts'
import { DomainError } from '../domain-error.ts'
import type { MessageTraces, TraceQuestion } from '../ports/message-traces.ts'
import type { MessageTrace } from './message-trace.ts'

const ID_BYTES_MAX = 256

export interface MessageExplanationParts {
  readonly traces: MessageTraces
  readonly policy: RecheckPolicy
  readonly nowMs: number
}

/** Says what became of a message: who was notified how, who was not, and why; and of what waits still. */
export async function explainMessage(
  parts: MessageExplanationParts,
  question: TraceQuestion,
): Promise<readonly MessageTrace[]> {
  checkText('id', question.id, ID_BYTES_MAX)
  if (question.uid !== undefined) checkIdentifier('uid', question.uid)
  const found = await parts.traces.find(question)
  if (found.length > 0) return Promise.all(found.map((trace) => withProspects(parts, trace)))
  const message = `no message "${question.id}": it was never reported, or it is older than HERALD_RETENTION`
  throw new DomainError('MESSAGE_NOT_FOUND', message, 'id')
}

async function withProspects(
  { traces, policy, nowMs }: MessageExplanationParts,
  trace: MessageTrace,
): Promise<MessageTrace> {
  const { items, total } = trace.deliveries
  const waiting = items.filter(({ state }) => state === 'queued')
  if (waiting.length === 0) return trace
  const addressIds = waiting.map(({ addressId }) => addressId)
  const facts = await traces.readFacts(trace, addressIds, nowMs)
  const withProspect = waiting.flatMap((delivery) => {
    const known = facts.get(delivery.addressId)
    return known === undefined ? [] : [{ ...delivery, prospect: recheck(known, policy, nowMs) }]
  })
  const byAddress = new Map(withProspect.map((delivery) => [delivery.addressId, delivery]))
  const explained = items.map((delivery) => byAddress.get(delivery.addressId) ?? delivery)
  return { ...trace, deliveries: { items: explained, total } }
}
