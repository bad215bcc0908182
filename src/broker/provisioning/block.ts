/** Configuration as data, in the order in which people read it, with the reason for what is in it. */
export interface Block {
  readonly entries: readonly Entry[]
}

export interface Entry {
  readonly key: string
  readonly value: Value
  /** Why it is set so. Stands above it as a comment where people read it. */
  readonly why?: string
}

export type Value = string | number | boolean | readonly string[] | Block | readonly Block[]

export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

export function block(...entries: readonly (Entry | undefined)[]): Block {
  return { entries: entries.filter((entry) => entry !== undefined) }
}

export function set(key: string, value: Value, why?: string): Entry {
  return { key, value, ...(why !== undefined && { why }) }
}

/** As an API takes it. */
export function jsonOf({ entries }: Block): JsonObject {
  return Object.fromEntries(entries.map(({ key, value }) => [key, jsonValue(value)]))
}

function jsonValue(value: Value): Json {
  if (isBlock(value)) return jsonOf(value)
  if (!isList(value)) return value
  return value.map((one) => (isBlock(one) ? jsonOf(one) : one))
}

export function isBlock(value: Value | string | Block): value is Block {
  return typeof value === 'object' && 'entries' in value && !isList(value)
}

export function isList(value: Value): value is readonly string[] | readonly Block[] {
  return Array.isArray(value)
}
