import { createHash } from 'node:crypto'
import type { QuietHours } from './reach-facts.ts'

/**
 * When the quiet hours that `atMs` lies in end; undefined where it lies in none. Quiet hours that
 * follow each other without a gap are one: of a quiet weekend, it is Monday.
 *
 * The same rule stands as `quiet_until` in the database. A local time that the clocks skip is read by
 * the offset before the gap, one that comes twice is the second: that is how Postgres reads them.
 */
export function quietUntil(quietHours: QuietHours, atMs: number): number | undefined {
  const offsetAt = zoneOffset(quietHours.zone)
  if (offsetAt === undefined) return undefined
  const from = minutesOf(quietHours.from)
  const to = minutesOf(quietHours.to) + (quietHours.to <= quietHours.from ? DAY_MINUTES : 0)
  const today = Math.floor((atMs + offsetAt(atMs)) / DAY_MS)
  let end = atMs
  for (let day = today - 1; day <= today + 7; day++) {
    if ((quietHours.days & (1 << weekday(day))) === 0) continue
    if (instantOf(day * DAY_MS + from * MINUTE_MS, offsetAt) > end) break
    end = Math.max(end, instantOf(day * DAY_MS + to * MINUTE_MS, offsetAt))
  }
  return end > atMs ? end : undefined
}

/** How long after the end of quiet hours a user's notifications begin: the same at every time. */
export function quietSpreadMs(uid: string, withinMs: number): number {
  if (withinMs === 0) return 0
  const digest = createHash('md5').update(uid).digest('hex')
  return Number.parseInt(digest.slice(0, 6), 16) % withinMs
}

const MINUTE_MS = 60_000
const DAY_MINUTES = 1_440
const DAY_MS = DAY_MINUTES * MINUTE_MS

/** Of `HH:MM`. */
function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}

/** 0 is Monday; day 0, the first of 1970, was a Thursday. */
function weekday(day: number): number {
  return (day + 3) % 7
}

type ZoneOffset = (ms: number) => number

/** The instant of a local time, which is given as if it were UTC. */
function instantOf(localMs: number, offsetAt: ZoneOffset): number {
  const before = offsetAt(localMs - DAY_MS)
  const after = offsetAt(localMs + DAY_MS)
  if (before === after) return localMs - before
  // The clocks change near by. The later reading is right wherever it exists.
  if (offsetAt(localMs - after) === after) return localMs - after
  return localMs - before
}

/** There are some 600 zones, so what is remembered is bounded. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** How far a zone's clocks are ahead of UTC; undefined where there is no such zone. */
function zoneOffset(zone: string): ZoneOffset | undefined {
  const format = formats.get(zone) ?? createFormat(zone)
  if (format === undefined) return undefined
  formats.set(zone, format)
  return (ms) => {
    const at: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(ms)) at[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = at
    const local = Date.UTC(year, month - 1, day, hour, minute, second)
    return local - Math.floor(ms / 1_000) * 1_000
  }
}

function createFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  const numeric = 'numeric'
  try {
    return new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    })
  } catch {
    return undefined
  }
}
