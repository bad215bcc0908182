const LOCAL = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/

/** Milliseconds since 1970 of `2026-11-25 20:00:00`, which is China's time; undefined of all else. */
export function readBeijingTime(value: unknown): number | undefined {
  const [, day, time] = typeof value === 'string' ? (LOCAL.exec(value) ?? []) : []
  const at = Date.parse(`${day}T${time}+08:00`)
  return Number.isNaN(at) ? undefined : at
}
