import { DomainError } from '../core/domain-error.ts'
import type { QuietHours } from '../core/reach/reach-facts.ts'

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const ACTIONS = ['defer', 'silence', 'drop'] as const

/** Reads `Mon-Fri 22:00-07:00 Europe/Berlin defer`. */
export function readQuietHours(text: string): QuietHours {
  const [days = '', times = '', zone = '', action = '', ...more] = text.trim().split(/\s+/)
  const [from = '', to = ''] = times.split('-')
  const known = ACTIONS.find((word) => word === action)
  if (known === undefined || more.length > 0) {
    throw fault(`write such as "Mon-Fri 22:00-07:00 Europe/Berlin defer" (or silence, or drop)`)
  }
  return { days: readDays(days), from, to, zone, action: known }
}

/** The other way round. */
export function writeQuietHours({ days, from, to, zone, action }: QuietHours): string {
  return `${writeDays(days)} ${from}-${to} ${zone} ${action}`
}

/** `daily`, `Sat,Sun`, `Mon-Fri`, `Fri-Mon`: the days on which they begin, as bits. */
function readDays(text: string): number {
  if (text.toLowerCase() === 'daily') return 2 ** DAYS.length - 1
  return text.split(',').reduce((bits, part) => bits | readRange(part), 0)
}

function readRange(text: string): number {
  const [first = '', last = first, ...more] = text.split('-')
  const from = readDay(first)
  const length = (readDay(last) - from + DAYS.length) % DAYS.length
  if (more.length > 0) throw fault(`"${text}" is no range of days`)
  const days = Array.from({ length: length + 1 }, (_, at) => (from + at) % DAYS.length)
  return days.reduce((bits, day) => bits | (1 << day), 0)
}

function readDay(text: string): number {
  const day = DAYS.findIndex((name) => name.toLowerCase() === text.toLowerCase())
  if (day === -1) throw fault(`"${text}" is no day: write ${DAYS.join(', ')} or daily`)
  return day
}

function writeDays(bits: number): string {
  const runs: string[] = []
  let first: string | undefined
  for (const [at, day] of DAYS.entries()) {
    if ((bits & (1 << at)) === 0) continue
    first ??= day
    if ((bits & (1 << (at + 1))) !== 0 && at + 1 < DAYS.length) continue
    runs.push(first === day ? day : `${first}-${day}`)
    first = undefined
  }
  return runs.length === 1 && runs[0] === 'Mon-Sun' ? 'daily' : runs.join(',')
}

function fault(message: string): DomainError {
  return new DomainError('INVALID_TIME', `quiet hours: ${message}`, 'quietHours')
}
