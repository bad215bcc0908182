/** What HOCON says, as plain values; keys of one path are merged. */
export type HoconValue = string | number | boolean | null | HoconValue[] | HoconObject
export interface HoconObject {
  [key: string]: HoconValue
}

/**
 * Reads the HOCON that EMQX 5 and 6 read and write, without includes and substitutions. Throws at what is
 * none. It knows nothing of our writer: it reads the files that real brokers ran on, and what they dumped.
 */
export function readHocon(text: string): HoconObject {
  const reader = new Reader(text)
  const root = reader.object(undefined)
  return root
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The fields up to `close`, or to the end. */
  object(close: '}' | undefined): HoconObject {
    const fields: HoconObject = {}
    for (;;) {
      this.#skip(/[\s,]/)
      if (this.#ends(close)) return fields
      const path = this.#path()
      this.#skip(/[\t ]/)
      if (this.#peek() !== '{' && !this.#take('=') && !this.#take(':')) this.#fail('"=" expected')
      put(fields, path, this.#value())
    }
  }

  #value(): HoconValue {
    this.#skip(/\s/)
    if (this.#take('{')) return this.object('}')
    if (this.#take('[')) return this.#list()
    if (this.#text.startsWith('"""', this.#at)) return this.#longString()
    if (this.#peek() === '"') return this.#string()
    return plain(this.#match(/[^\s,{}[\]"#=:]+/y, 'a value'))
  }

  #list(): HoconValue[] {
    const items: HoconValue[] = []
    for (;;) {
      this.#skip(/[\s,]/)
      if (this.#take(']')) return items
      items.push(this.#value())
    }
  }

  #path(): readonly string[] {
    const path: string[] = []
    do {
      const isQuoted = this.#peek() === '"'
      path.push(isQuoted ? this.#string() : this.#match(/[\w-]+/y, 'a key'))
    } while (this.#take('.'))
    return path
  }

  #string(): string {
    const quoted = this.#match(/"(?:[^"\\\n]|\\.)*"/y, 'a string')
    const value: unknown = JSON.parse(quoted)
    return String(value)
  }

  /** With EMQX's `~`: the first line is left out, and what all lines are indented by. */
  #longString(): string {
    const quoted = this.#match(/"""[\s\S]*?"""/y, 'a long string').slice(3, -3)
    if (!quoted.startsWith('~\n')) return quoted
    const lines = quoted.replace(/~$/, '').split('\n').slice(1)
    const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/))
    return lines.map((line) => line.slice(Math.min(...indents))).join('\n')
  }

  #ends(close: '}' | undefined): boolean {
    if (this.#at < this.#text.length) return close !== undefined && this.#take(close)
    return close === undefined || this.#fail(`"${close}" expected`)
  }

  /** Comments as well. */
  #skip(blank: RegExp): void {
    for (;;) {
      const char = this.#peek()
      if (char === '#' || this.#text.startsWith('//', this.#at)) this.#match(/[^\n]*/y, '')
      else if (char !== '' && blank.test(char)) this.#at++
      else return
    }
  }

  #peek(): string {
    return this.#text.charAt(this.#at)
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false
    this.#at++
    return true
  }

  #match(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.#at
    const [found] = pattern.exec(this.#text) ?? this.#fail(`${what} expected`)
    this.#at = pattern.lastIndex
    return found
  }

  #fail(problem: string): never {
    const line = this.#text.slice(0, this.#at).split('\n').length
    throw new Error(`line ${line}: ${problem}: ${this.#text.slice(this.#at, this.#at + 40)}`)
  }
}

function put(target: HoconObject, [key = '', ...rest]: readonly string[], value: HoconValue): void {
  const there = target[key]
  if (rest.length > 0) {
    const inner: HoconObject = isObject(there) ? there : {}
    put(inner, rest, value)
    target[key] = inner
  } else if (isObject(there) && isObject(value)) {
    for (const [name, one] of Object.entries(value)) put(there, [name], one)
  } else {
    target[key] = value
  }
}

function plain(word: string): HoconValue {
  if (word === 'true' || word === 'false') return word === 'true'
  if (word === 'null') return null
  return /^-?\d+(\.\d+)?$/.test(word) ? Number(word) : word
}

export function isObject(value: HoconValue | undefined): value is HoconObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
