import { hash } from 'node:crypto'

/** The spans of a message that others hang on, in whatever process and at whatever time. */
export type FixedSpan = 'publish' | 'decide'

/**
 * A message's trace bears the message's own id, so that one finds the other and no row has to keep it.
 * 32 hexadecimal digits; Postgres writes them with hyphens.
 */
export function traceIdOf(messageId: string): string {
  return messageId.replaceAll('-', '').toLowerCase()
}

/** The same in every process, so that a worker knows its parent without being told. */
export function spanIdOf(traceId: string, span: FixedSpan): string {
  return hash('sha256', `${traceId}/${span}`).slice(0, 16)
}

/**
 * One message in `oneIn`, the same ones in every process. Not by the digits themselves, as samplers do:
 * a broker's ids are counters and node numbers, not chance.
 */
export function isChosen(traceId: string, oneIn: number): boolean {
  if (oneIn === 1) return true
  return Number.parseInt(hash('sha256', traceId).slice(0, 12), 16) % oneIn === 0
}
