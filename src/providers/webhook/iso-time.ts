const ISO_8601 = /^\d{4}-\d{2}-\d{2}T[\d:.]{5,12}(Z|[+-]\d{2}:\d{2})$/

/** Milliseconds since 1970 of a time in ISO 8601 with its zone; undefined of all else, which `Date.parse` takes. */
export function readIsoTime(value: unknown): number | undefined {
  if (typeof value !== 'string' || !ISO_8601.test(value)) return undefined
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : at
}
