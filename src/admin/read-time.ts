import { checkFuture } from '../core/directory/checks.ts'
import { DomainError } from '../core/domain-error.ts'

/** Milliseconds since 1970. What has the form of a time may still be none: a leap second, say. */
export function readTime(field: string, text: string): number {
  const ms = Date.parse(text)
  if (!Number.isNaN(ms)) return ms
  throw new DomainError(
    'INVALID_TIME',
    `${field} must be a time, such as 2026-11-25T12:00:00Z`,
    field,
  )
}

/** The same, where it has to be later than now. */
export function readFuture(
  field: string,
  text: string | undefined,
  nowMs: number,
): number | undefined {
  if (text === undefined) return undefined
  const ms = readTime(field, text)
  checkFuture(field, new Date(ms), new Date(nowMs))
  return ms
}
