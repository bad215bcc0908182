import { type Block, block, type Entry, type JsonObject, set } from './block.ts'
import { headerAt, textAt } from './document.ts'
import type { BrokerWishes } from './wishes.ts'

/** The header that proves the broker. */
export const PROOF_HEADER = 'x-herald-secret'

export const CONNECT_PATH = '/emqx/5/connect'
export const TOPIC_PATH = '/emqx/5/topic'
export const EVENTS_PATH = '/emqx/5/events'

export function headers({ secret }: BrokerWishes): Entry {
  const proof = secret === undefined ? undefined : set(PROOF_HEADER, secret)
  const why =
    secret === undefined
      ? 'The proof of the broker is added from the environment: see herald.env.'
      : undefined
  return set('headers', block(set('content-type', 'application/json'), proof), why)
}

/** What logins and topic questions have in common. */
export function patience(): readonly Entry[] {
  return [
    set(
      'connect_timeout',
      '2s',
      'Herald answers within HERALD_HOOK_DEADLINE (2s). The broker has to wait longer than that: when it gives up, it keeps the connection, and later questions wait behind the dead one (measured: 10 to 30 % of logins fail then).',
    ),
    set('request_timeout', '5s'),
    set(
      'pool_size',
      8,
      'Questions that arrive together share one query, so a few busy connections do better than many idle ones (measured: 2,000 to 3,450 topic questions a second over these).',
    ),
    set('enable_pipelining', 100),
  ]
}

/** The body of a question: a placeholder for each field. */
export function bodyOf(fields: readonly string[]): Block {
  return block(...fields.map((field) => set(field, `\${${field}}`)))
}

/** Whether something of a broker's asks a Herald, rightly or wrongly: by its proof, or by its path. */
export function asksHerald(document: JsonObject): boolean {
  const url = textAt(document, 'url') ?? ''
  return headerAt(document, PROOF_HEADER) !== undefined || /\/emqx\/[45]\//.test(url)
}
