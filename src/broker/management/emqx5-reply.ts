import type { BrokerAnswer } from '../../core/ports/broker-control.ts'
import type { ApiReply } from './api-session.ts'
import type { BodyReader } from './body-reader.ts'
import { statusAnswer } from './status-answer.ts'

/** Only a client that is not there is absent; a path that is not there is a call this version lacks. */
export function readEmqx5Reply<Value>(
  reply: ApiReply,
  read: BodyReader<Value>,
): BrokerAnswer<Value> {
  if (reply.kind !== 'answered' || reply.status !== 404) return statusAnswer(reply, read)
  if (codeOf(reply.body) === 'CLIENTID_NOT_FOUND') return { kind: 'absent' }
  return { kind: 'refused', reason: 'this version of the broker does not know the call (404)' }
}

function codeOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined
}
