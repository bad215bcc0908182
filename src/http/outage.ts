/**
 * What an error's `code` says of a database that is away: the operating system's words, and SQLSTATE
 * classes 08 (connection), 53 (resources) and 57P (shutdown).
 */
const OUTAGE =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|EPIPE|ENOENT|08...|53...|57P0.|57014)$/

/** What `pg` says without any code. */
const WORDS = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Query read timeout',
]

/** Whether `error` is that of a database which can't be reached, or has no time, now. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string') return OUTAGE.test(error.code)
  return WORDS.some((words) => error.message.startsWith(words))
}
