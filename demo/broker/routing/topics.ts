/** Longest topic or filter, in bytes of UTF-8 (MQTT 5.0 §1.5.4: a two-byte length). */
const TOPIC_BYTES_MAX = 65_535

/** EMQX takes no more levels than this (`max_topic_levels`). */
export const TOPIC_LEVELS_MAX = 128

/** A filter without the group that shares it (MQTT 5.0 §4.8.2). */
export interface SharedFilter {
  readonly group: string | undefined
  readonly filter: string
}

const SHARE = /^\$share\/([^/]*)\/(.*)$/s

/** `$share/g/a/+` → group `g`, filter `a/+`. */
export function splitShare(filter: string): SharedFilter {
  const [, group, rest] = SHARE.exec(filter) ?? []
  if (group === undefined || rest === undefined) return { group: undefined, filter }
  return { group, filter: rest }
}

/** MQTT 5.0 §4.7: whether one can publish to it. */
export function isTopicName(topic: string): boolean {
  return isText(topic) && !/[+#]/.test(topic)
}

/** MQTT 5.0 §4.7.1 and §4.8.2: whether one can subscribe to it. */
export function isTopicFilter(filter: string): boolean {
  if (filter.startsWith('$share/') && !SHARE.test(filter)) return false
  const shared = splitShare(filter)
  if (shared.group === undefined) return isPlainFilter(filter)
  if (!/^[^+#]+$/.test(shared.group) || shared.filter.startsWith('$share/')) return false
  return isText(filter) && isPlainFilter(shared.filter)
}

function isPlainFilter(filter: string): boolean {
  if (!isText(filter)) return false
  const levels = filter.split('/')
  return levels.every((level, index) => {
    if (level === '#') return index === levels.length - 1
    return level === '+' || !/[+#]/.test(level)
  })
}

function isText(text: string): boolean {
  return text !== '' && !text.includes('\u0000') && Buffer.byteLength(text) <= TOPIC_BYTES_MAX
}

/**
 * Whether a topic matches a filter. The topic may be a filter itself, as when EMQX holds the filter
 * of a SUBSCRIBE against a rule: "+" then matches any level, "#" included.
 */
export function topicMatches(topic: string, filter: string): boolean {
  const levels = topic.split('/')
  const wanted = filter.split('/')
  // MQTT 5.0 §4.7.2: a wildcard in the first level does not match a topic that begins with "$".
  if (topic.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true
    const found = levels[index]
    if (found === undefined || (level !== '+' && level !== found)) return false
  }
  return levels.length === wanted.length
}
