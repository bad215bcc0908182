import { identifierFault } from '../access/identifier.ts'
import { DomainError } from '../domain-error.ts'

/** Refuses what may not be a uid, gid or client id; `field` is what the caller names it. */
export function checkIdentifier(field: string, value: string): void {
  const fault = identifierFault(value)
  if (fault !== undefined) throw new DomainError('INVALID_IDENTIFIER', `${field} ${fault}`, field)
}

/**
 * Refuses what may not be a name or another line of text.
 *
 * Control characters have no place in one line; U+0000 can't be stored, a lone surrogate would be
 * stored as another text, and an escape sequence would play with the terminal that lists it.
 */
export function checkText(field: string, value: string | undefined, bytesMax: number): void {
  if (value === undefined) return
  const fault = textFault(value, bytesMax)
  if (fault !== undefined) throw new DomainError('INVALID_TEXT', `${field} ${fault}`, field)
}

function textFault(value: string, bytesMax: number): string | undefined {
  if (value === '') return 'must not be empty: leave it out'
  if (/\p{Cc}/u.test(value)) return 'must not contain control characters'
  if (!value.isWellFormed()) return 'must be well-formed Unicode'
  if (Buffer.byteLength(value) > bytesMax) return `must be at most ${bytesMax} bytes of UTF-8`
  return undefined
}

/** As the database has it; RFC 5646 §4.4.1 asks for 35 at least. */
const LOCALE_CHARACTERS_MAX = 35

/** Refuses what is no BCP 47 tag, and writes it as everybody does: `zh-cn` is `zh-CN`. */
export function readLocale(field: string, text: string): string {
  const locale = canonicalLocale(text)
  if (locale !== undefined && locale.length <= LOCALE_CHARACTERS_MAX) return locale
  const message = `${field} must be a language tag, such as en or zh-CN`
  throw new DomainError('INVALID_LOCALE', message, field)
}

function canonicalLocale(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text)[0]
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

// JSON and people write years with four digits, and Postgres reads nothing that is not a time.
const LATEST = new Date('9999-12-31T23:59:59.999Z')

/** Refuses a time that is not in the future. */
export function checkFuture(field: string, value: Date, now: Date): void {
  // Written so that an invalid date, which compares as false, is refused as well.
  if (value > now && value <= LATEST) return
  throw new DomainError('INVALID_TIME', `${field} must be a time in the future`, field)
}
