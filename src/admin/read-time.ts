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
