/** RFC 9110 §10.2.3: seconds, or a date. Undefined where it is neither. */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  // `Date.parse` takes much else for a date, such as -5.
  const at = /^[A-Z][a-z]{2}.* GMT$/.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}
