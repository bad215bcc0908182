import { isUtf8 } from 'node:buffer'

/** What chooses the key of a token (RFC 7515 §4.1). */
export interface JwtHeader {
  readonly alg: string
  readonly kid: string | undefined
}

/** Reads the header of a token that is worth verifying. */
export function readHeader(token: string): JwtHeader | undefined {
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  // RFC 7519 §7.2 asks for UTF-8. Node reads what isn't as U+FFFD: another uid than was signed.
  const payload = Buffer.from(token.slice(first + 1, second), 'base64url')
  const header = Buffer.from(token.slice(0, first), 'base64url')
  if (!isUtf8(payload) || !isUtf8(header)) return undefined
  return parseHeader(header.toString())
}

function parseHeader(text: string): JwtHeader | undefined {
  const header = parseObject(text)
  // RFC 7515 §4.1.11: a header that must be understood, where we understand none, is a refusal.
  if (header === undefined || 'crit' in header) return undefined
  const { alg, kid } = header
  if (typeof alg !== 'string') return undefined
  if (kid !== undefined && typeof kid !== 'string') return undefined
  return { alg, kid }
}

interface Fields {
  readonly alg?: unknown
  readonly kid?: unknown
}

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
