/** Longest uid, gid or client id, in bytes of UTF-8. */
export const IDENTIFIER_BYTES_MAX = 128

/**
 * A uid, gid or client id becomes one level of a topic, so nothing in it may mean something to MQTT:
 * no wildcard, no level separator, no leading `$`. C0 and C1 controls are what MQTT 5.0 §1.5.4 tells
 * brokers to refuse. The same rule stands in the database as `CHECK` constraints.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const FORBIDDEN = /^\$|[+#/\u0000-\u001f\u007f-\u009f]/

/** Whether `value` may be a uid, gid or client id. */
export function isIdentifier(value: string): boolean {
  return identifierFault(value) === undefined
}

/** What is wrong with `value` as an identifier, in words for the person who chose it. */
export function identifierFault(value: string): string | undefined {
  if (value === '') return 'must not be empty'
  if (FORBIDDEN.test(value)) {
    return 'must not contain "+", "#", "/" or control characters, nor begin with "$"'
  }
  // A lone surrogate has no UTF-8 form: Postgres would store U+FFFD, another identifier.
  if (!value.isWellFormed()) return 'must be well-formed Unicode'
  if (isLong(value)) return `must be at most ${IDENTIFIER_BYTES_MAX} bytes of UTF-8`
  return undefined
}

function isLong(value: string): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8, so short strings need no counting.
  if (value.length * 3 <= IDENTIFIER_BYTES_MAX) return false
  return Buffer.byteLength(value) > IDENTIFIER_BYTES_MAX
}
