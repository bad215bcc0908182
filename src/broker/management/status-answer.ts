import { STATUS_CODES } from 'node:http'
import type { BrokerAnswer } from '../../core/ports/broker-control.ts'
import type { ApiReply } from './api-session.ts'
import { wordsOf } from './api-words.ts'
import type { BodyReader } from './body-reader.ts'

/** What an API's statuses mean, where they are not 2xx: the same in all generations. */
export function statusAnswer<Value>(reply: ApiReply, read: BodyReader<Value>): BrokerAnswer<Value> {
  if (reply.kind !== 'answered') return reply
  const { status, body, retryAfterMs } = reply
  if (status >= 200 && status < 300) return read(body)
  const reason = `${status} ${wordsOf(body) || STATUS_CODES[status]}`
  if (status === 401 || status === 403) {
    return { kind: 'refused', reason: `the API key is wrong or has too few rights: ${reason}` }
  }
  if (status === 408 || status === 429 || status >= 500) {
    return { kind: 'unavailable', reason, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  }
  return { kind: 'refused', reason }
}
