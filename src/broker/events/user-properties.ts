import { type EventRow, isAbsent, isRow, UnreadableEvent } from './event-row.ts'

const NONE: Readonly<Record<string, string>> = {}

/**
 * MQTT 5 user properties: EMQX 5's `pub_props` holds them as an object and, where there are any, as a
 * list of pairs that tells of names which are given twice.
 */
export function readUserProperties({ pub_props }: EventRow): Readonly<Record<string, string>> {
  if (isAbsent(pub_props)) return NONE
  if (!isRow(pub_props)) throw new UnreadableEvent('"pub_props" must be an object')
  const pairs = pub_props['User-Property-Pairs']
  if (Array.isArray(pairs)) return readPairs(pairs)
  const properties = pub_props['User-Property']
  if (isAbsent(properties)) return NONE
  if (!isRow(properties)) throw notProperties()
  return readEntries(Object.entries(properties))
}

function readPairs(pairs: readonly unknown[]): Readonly<Record<string, string>> {
  return readEntries(
    pairs.map((pair) => {
      if (!isRow(pair) || typeof pair.key !== 'string') throw notProperties()
      return [pair.key, pair.value]
    }),
  )
}

function readEntries(entries: readonly (readonly [string, unknown])[]) {
  if (entries.length === 0) return NONE
  const read: Record<string, string> = Object.create(null)
  for (const [name, value] of entries) {
    if (typeof value !== 'string') throw notProperties()
    read[name] = value
  }
  return read
}

function notProperties(): UnreadableEvent {
  return new UnreadableEvent('user properties must be text')
}
