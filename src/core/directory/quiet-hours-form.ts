import { DomainError } from '../domain-error.ts'
import type { QuietHours } from '../reach/reach-facts.ts'

const ALL_DAYS = 127
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/

/** Refuses quiet hours that are none. */
export function checkQuietHours({ days, from, to, zone }: QuietHours): void {
  if (!Number.isInteger(days) || days < 1 || days > ALL_DAYS) {
    throw new DomainError('INVALID_TIME', 'quiet hours need a day at least', 'quietHours')
  }
  if (!TIME_OF_DAY.test(from) || !TIME_OF_DAY.test(to)) {
    const message = 'quiet hours begin and end at times such as 22:00'
    throw new DomainError('INVALID_TIME', message, 'quietHours')
  }
  if (!isZone(zone)) {
    const message = `"${zone}" is no time zone: write one of the IANA's, such as Europe/Berlin`
    throw new DomainError('INVALID_TIME_ZONE', message, 'quietHours')
  }
}

/** An offset is no zone: it knows no summer time. */
function isZone(zone: string): boolean {
  if (/^[+-]|^$/.test(zone)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format() !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
