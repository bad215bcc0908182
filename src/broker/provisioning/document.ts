import type { Json, JsonObject } from './block.ts'

/** What a broker's API says, read with care: an object, or an empty one. */
export function documentOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

export function documentsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

export function textAt(document: JsonObject, key: string): string | undefined {
  const value = document[key]
  return typeof value === 'string' ? value : undefined
}

export function numberAt(document: JsonObject, key: string): number | undefined {
  const value = document[key]
  return typeof value === 'number' ? value : undefined
}

/** What comes from a JSON parser is JSON. */
function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Names of headers are the same whatever their case. */
export function headerAt(document: JsonObject, name: string): string | undefined {
  const headers = documentOf(document.headers)
  const found = Object.keys(headers).find((key) => key.toLowerCase() === name)
  return found === undefined ? undefined : textAt(headers, found)
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** `1h30m`; undefined for what is no duration, infinite for `infinity`. */
export function millisecondsIn(value: Json | undefined): number | undefined {
  if (value === 'infinity') return Number.POSITIVE_INFINITY
  if (typeof value !== 'string' || !/^(\d+(ms|[smhdw]))+$/i.test(value)) return undefined
  const parts = [...value.toLowerCase().matchAll(/(\d+)(ms|[smhdw])/g)]
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNIT_MS[unit] ?? 0), 0)
}

/** `256MB`; undefined for what is no size. */
export function bytesIn(value: Json | undefined): number | undefined {
  if (typeof value !== 'string') return undefined
  const [, count, unit = ''] = /^(\d+)(B|KB|MB|GB)$/i.exec(value) ?? []
  if (count === undefined) return undefined
  return Number(count) * 1024 ** ['B', 'KB', 'MB', 'GB'].indexOf(unit.toUpperCase())
}
