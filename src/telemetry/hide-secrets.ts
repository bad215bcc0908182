import { stdSerializers } from 'pino'

/** The last words of the names of fields that never reach a log, in any spelling. */
const SECRET_FIELDS = [
  'password',
  'password-hash',
  'passphrase',
  'credential',
  'secret',
  'token',
  'ticket',
  'authorization',
  'cookie',
  'private-key',
  'api-key',
  'database-url',
]

const SECRET_FIELD = new RegExp(`(${SECRET_FIELDS.join('|').replaceAll('-', '[-_]?')})s?$`, 'i')

/** `//user:password@` of a URL. */
const URL_PASSWORD = /(\/\/[^\s"/:@]*):[^\s"/@]+@/g

/** Deeper than this nothing is written. */
const DEPTH_MAX = 6

/** A copy of what is to be logged, in which secret fields read `***` at any depth. */
export function hideSecretFields(fields: object): Record<string, unknown> {
  return hideFields(fields, 0)
}

/** The same for passwords in URLs, wherever in a line they stand. */
export function hideUrlPasswords(line: string): string {
  return line.includes('://') ? line.replaceAll(URL_PASSWORD, '$1:***@') : line
}

function hideFields(fields: object, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    copy[name] = isSecret(name, value) ? '***' : hideIn(value, depth + 1)
  }
  return copy
}

function isSecret(name: string, value: unknown): boolean {
  // Whether there is one is no secret.
  return value !== undefined && typeof value !== 'boolean' && SECRET_FIELD.test(name)
}

function hideIn(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEPTH_MAX) return '…'
  if (Array.isArray(value)) return value.map((entry) => hideIn(entry, depth + 1))
  if (value instanceof Error) return hideFields(stdSerializers.err(value), depth)
  // Requests, buffers, dates and the like have serializers of their own.
  return isPlain(value) ? hideFields(value, depth) : value
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
