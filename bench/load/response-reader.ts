/** Is told of one answer: its body is `bytes` from `start` to `end`, and must not be kept. */
export type OnResponse = (status: number, bytes: Buffer, start: number, end: number) => void

/** Something on the wire that is no HTTP/1.1 answer with a Content-Length. */
export class UnreadableResponse extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UnreadableResponse'
  }
}

/**
 * Reads the answers of one connection out of the pieces in which they arrive, several in a piece or
 * one in several. It knows only what Herald and the bare route say: a status, a Content-Length, a
 * body (RFC 9112 §6.3).
 */
export function createResponseReader(onResponse: OnResponse): (chunk: Buffer) => void {
  let rest: Buffer = EMPTY
  const contentLength = createLengthReader()
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (;;) {
      const headEnd = bytes.indexOf(HEAD_END, at)
      if (headEnd === -1) break
      const status = readStatus(bytes, at)
      const start = headEnd + HEAD_END.length
      const end = start + (status === 204 ? 0 : contentLength(bytes, at, headEnd))
      if (end > bytes.length) break
      onResponse(status, bytes, start, end)
      at = end
    }
    rest = at === bytes.length ? EMPTY : bytes.subarray(at)
  }
}

const EMPTY = Buffer.alloc(0)
const HEAD_END = Buffer.from('\r\n\r\n')
const VERSION = Buffer.from('HTTP/1.1 ')
const NAME = Buffer.from('content-length:')
const LINE_FEED = 0x0a
const SPACE = 0x20
const DIGIT_ZERO = 0x30
/** Turns ASCII capitals into small letters. */
const LOWER = 0x20

function readStatus(bytes: Buffer, at: number): number {
  if (bytes.compare(VERSION, 0, VERSION.length, at, at + VERSION.length) !== 0) {
    throw new UnreadableResponse(`no HTTP/1.1 answer: ${bytes.toString('latin1', at, at + 40)}`)
  }
  return readNumber(bytes, at + VERSION.length)
}

/** Looks first where the field stood last time: a server says its fields in one order. */
function createLengthReader(): (bytes: Buffer, at: number, headEnd: number) => number {
  let last = 1
  return (bytes, at, headEnd) => {
    if (bytes[at + last - 1] !== LINE_FEED || !isName(bytes, at + last)) {
      last = findLength(bytes, at, headEnd) - at
    }
    return readNumber(bytes, at + last + NAME.length)
  }
}

function findLength(bytes: Buffer, at: number, headEnd: number): number {
  for (let line = bytes.indexOf(LINE_FEED, at) + 1; line > 0 && line < headEnd; ) {
    if (isName(bytes, line)) return line
    line = bytes.indexOf(LINE_FEED, line) + 1
  }
  throw new UnreadableResponse('an answer without Content-Length')
}

function isName(bytes: Buffer, at: number): boolean {
  for (let index = 0; index < NAME.length; index++) {
    if (((bytes[at + index] ?? 0) | LOWER) !== ((NAME[index] ?? 0) | LOWER)) return false
  }
  return true
}

function readNumber(bytes: Buffer, at: number): number {
  let index = at
  while (bytes[index] === SPACE) index++
  let value = 0
  for (let digit = digitAt(bytes, index); digit !== undefined; digit = digitAt(bytes, ++index)) {
    value = value * 10 + digit
  }
  return value
}

function digitAt(bytes: Buffer, index: number): number | undefined {
  const digit = (bytes[index] ?? 0) - DIGIT_ZERO
  return digit >= 0 && digit <= 9 ? digit : undefined
}
