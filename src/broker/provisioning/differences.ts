import type { Json, JsonObject } from './block.ts'
import { bytesIn, millisecondsIn } from './document.ts'
import { PROOF_HEADER } from './hook-endpoint.ts'

/** EMQX shows secrets that it knows to be some so. */
const MASKED = /^\*+$/

/**
 * What is not as wanted, a line for each: `cache.ttl: 1m → 10s`. What nobody wants anything of may be as
 * it likes; `1m` and `60s` are the same, and so are `256MB` and `262144KB`.
 */
export function differences(wanted: JsonObject, there: JsonObject, path = ''): readonly string[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    const name = path === '' ? key : `${path}.${key}`
    const actual = there[key]
    if (isObject(value)) return differences(value, isObject(actual) ? actual : {}, name)
    return isSame(value, actual)
      ? []
      : [`${name}: ${wordFor(key, actual)} → ${wordFor(key, value)}`]
  })
}

function isSame(wanted: Json, actual: Json | undefined): boolean {
  if (JSON.stringify(wanted) === JSON.stringify(actual)) return true
  if (typeof actual === 'string' && MASKED.test(actual)) return true
  const wantedMs = millisecondsIn(wanted)
  if (wantedMs !== undefined) return wantedMs === millisecondsIn(actual)
  const wantedBytes = bytesIn(wanted)
  if (wantedBytes !== undefined) return wantedBytes === bytesIn(actual)
  if (isList(wanted) && isList(actual)) return isSameList(wanted, actual)
  // EMQX reads a text where it wants a number, and shows the number.
  return !isObject(actual) && !isList(actual) && String(wanted) === String(actual)
}

function isSameList(wanted: readonly Json[], actual: readonly Json[]): boolean {
  if (wanted.length !== actual.length) return false
  return wanted.every((one, at) => {
    const other = actual[at]
    if (isObject(one) && isObject(other)) return differences(one, other).length === 0
    return isSame(one, other)
  })
}

function wordFor(key: string, value: Json | undefined): string {
  if (value === undefined) return 'nothing'
  if (key.toLowerCase() === PROOF_HEADER) return '***'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value)
}
