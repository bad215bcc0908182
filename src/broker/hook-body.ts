import { isUtf8 } from 'node:buffer'

/** A body that can't be read as a question; the dialect refuses it. */
class UnreadableBody extends Error {
  readonly statusCode = 400

  constructor(message: string) {
    super(message)
    this.name = 'UnreadableBody'
  }
}

/** Parses a JSON object, stricter than `JSON.parse`: a question that can be read in two ways is refused. */
export function parseJsonFields(body: Buffer): unknown {
  const text = decode(body)
  const fields = parseJson(text)
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new UnreadableBody('the body must be a JSON object')
  }
  if (Object.hasOwn(fields, '__proto__')) throw new UnreadableBody('"__proto__" is no field')
  if (countMembers(text) !== Object.keys(fields).length) {
    throw new UnreadableBody('a field is given twice')
  }
  return fields
}

/** Parses `application/x-www-form-urlencoded` (WHATWG URL §5.1), where a field may stand once. */
export function parseFormFields(body: Buffer): Record<string, string> {
  const fields: Record<string, string> = Object.create(null)
  const text = decode(body)
  if (text === '') return fields
  for (const pair of text.split('&')) {
    const [name = '', ...value] = pair.split('=')
    const key = unescapeForm(name)
    if (key in fields) throw new UnreadableBody('a field is given twice')
    fields[key] = unescapeForm(value.join('='))
  }
  return fields
}

/** Parses the query of a request's target as strictly as a form. */
export function parseQueryFields(target: string): Record<string, string> {
  const start = target.indexOf('?')
  // Node gives a target byte by byte.
  return parseFormFields(Buffer.from(start === -1 ? '' : target.slice(start + 1), 'latin1'))
}

function decode(body: Buffer): string {
  if (!isUtf8(body)) throw new UnreadableBody('the body must be UTF-8')
  return body.toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the body, which holds a password.
    throw new UnreadableBody('the body must be JSON')
  }
}

function unescapeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new UnreadableBody('a form must be percent-encoded UTF-8')
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const CLOSE_BRACE = 0x7d
const CLOSE_BRACKET = 0x5d

/** Counts the members of the outermost object in valid JSON: the colons outside strings at depth 1. */
function countMembers(json: string): number {
  let members = 0
  let depth = 0
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index)
    if (unit === QUOTE) index = endOfString(json, index)
    else if (unit === COLON && depth === 1) members++
    else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) depth++
    else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) depth--
  }
  return members
}

/** The index of the quote that closes the string opened at `start`. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1)
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1)
  return end
}

function isEscaped(json: string, index: number): boolean {
  let backslashes = 0
  while (json.charCodeAt(index - 1 - backslashes) === BACKSLASH) backslashes++
  return backslashes % 2 === 1
}
