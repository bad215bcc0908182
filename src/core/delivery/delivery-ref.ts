import type { DeliveryKey } from './claimed-delivery.ts'

const REF = /^([1-9]\d{3})(\d{2})(\d{2})-([0-9a-f]{32})-(\d{1,18})$/

/**
 * A delivery's name outside: vendors hand it back with what they report, apps with receipts. Letters,
 * digits and hyphens, at most 61 of them, so that it fits into every vendor's field and header.
 */
export function writeDeliveryRef({ day, messageId, addressId }: DeliveryKey): string {
  return `${day.replaceAll('-', '')}-${messageId.replaceAll('-', '')}-${addressId}`
}

/** Undefined where `ref` is not one of ours. */
export function readDeliveryRef(ref: string): DeliveryKey | undefined {
  const [, year, month, day, messageId, addressId] = REF.exec(ref) ?? []
  if (messageId === undefined || addressId === undefined) return undefined
  const date = `${year}-${month}-${day}`
  return isDay(date) ? { day: date, messageId, addressId } : undefined
}

/** Not 31 February, which Postgres would not read. */
function isDay(date: string): boolean {
  const time = new Date(date)
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date)
}
