import { UnreadableEvent } from './event-row.ts'

/** How a payload stands in JSON: EMQX 4's `encoding_of_payload_field`. */
export type PayloadEncoding = 'plain' | 'base64' | 'base62'

export function decodePayload(text: string, encoding: PayloadEncoding): Uint8Array {
  switch (encoding) {
    case 'plain':
      return decodePlain(text)
    case 'base64':
      return decodeBase64(text)
    case 'base62':
      return decodeBase62(text)
  }
}

function decodePlain(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new UnreadableEvent('the payload must be well-formed Unicode')
  return Buffer.from(text)
}

/** Node skips what is no base64; so many bytes must come out as the text promises. */
function decodeBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64')
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  if (text.length % 4 !== 0 || bytes.length !== (text.length / 4) * 3 - padding) {
    throw new UnreadableEvent('the payload must be base64')
  }
  return bytes
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const NINES: Readonly<Record<string, string>> = { '9A': '9', '9B': '+', '9C': '/' }

/**
 * What EMQX 4 calls base62 is base64 whose last three letters are "9A", "9B" and "9C". At the end, where
 * base64 leaves low bits unused, it leaves high ones, and pads nothing.
 */
function decodeBase62(text: string): Uint8Array {
  const letters = text.replaceAll(/9[A-C]/g, (pair) => NINES[pair] ?? '')
  const spare = [0, undefined, 4, 2][letters.length % 4]
  if (spare === undefined || !/^(?:9[A-C]|[A-Za-z0-8])*$/.test(text)) throw notBase62()
  if (spare === 0) return Buffer.from(letters, 'base64')
  const last = BASE64[BASE64.indexOf(letters.slice(-1)) << spare]
  if (last === undefined) throw notBase62()
  return Buffer.from(letters.slice(0, -1) + last, 'base64')
}

function notBase62(): UnreadableEvent {
  return new UnreadableEvent('the payload must be base62')
}
