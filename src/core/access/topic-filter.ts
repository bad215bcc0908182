/** Longest topic or filter, in bytes of UTF-8 (MQTT 5.0 §1.5.4: a two-byte length). */
const TOPIC_BYTES_MAX = 65_535

/** What is wrong with `filter` as an MQTT topic filter (MQTT 5.0 §4.7), or undefined. */
export function filterFault(filter: string): string | undefined {
  const fault = textFault(filter)
  if (fault !== undefined) return fault
  const levels = filter.split('/')
  for (const [index, level] of levels.entries()) {
    if (level === '+' || level === '#') {
      if (level === '#' && index < levels.length - 1) return '"#" must be the last level'
    } else if (level.includes('+') || level.includes('#')) {
      return '"+" and "#" must fill a whole level'
    }
  }
  return undefined
}

/** What is wrong with `topic` as a topic name to publish to (MQTT 5.0 §4.7.1), or undefined. */
export function topicFault(topic: string): string | undefined {
  if (/[+#]/.test(topic)) return 'must not contain "+" or "#"'
  return textFault(topic)
}

/**
 * Whether whatever `requested` matches is matched by `allowed` as well. Both are valid filters, split
 * into their levels.
 */
export function covers(allowed: readonly string[], requested: readonly string[]): boolean {
  // MQTT 5.0 §4.7.2: a wildcard in the first level does not match a topic that begins with "$".
  if (isWildcard(allowed[0]) && requested[0]?.startsWith('$')) return false
  // Every topic has a first level, so "+/#" matches all that "#" does.
  if (requested[0] === '#' && allowed[0] === '+') return allowed[1] === '#'
  for (let index = 0; index < allowed.length; index++) {
    const level = allowed[index]
    // MQTT 5.0 §4.7.1.2: "a/#" also matches "a", and so covers it.
    if (level === '#') return true
    const asked = requested[index]
    // "a/#" matches "a" itself, which "a/+" and "a/+/#" do not.
    if (asked === undefined || asked === '#') return false
    if (level !== '+' && level !== asked) return false
  }
  return requested.length === allowed.length
}

function isWildcard(level: string | undefined): boolean {
  return level === '+' || level === '#'
}

function textFault(text: string): string | undefined {
  if (text === '') return 'must not be empty'
  if (text.includes('\u0000')) return 'must not contain U+0000'
  if (!text.isWellFormed()) return 'must be well-formed Unicode'
  if (text.length * 3 > TOPIC_BYTES_MAX && Buffer.byteLength(text) > TOPIC_BYTES_MAX) {
    return `must be at most ${TOPIC_BYTES_MAX} bytes of UTF-8`
  }
  return undefined
}
