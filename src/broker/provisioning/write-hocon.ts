import { type Block, type Entry, isBlock, isList, type Value } from './block.ts'

/** Beyond it a comment goes on in the next line. */
const WIDTH = 100

/** HOCON as EMQX 5 and 6 read it, with the reasons as comments. */
export function writeHocon(block: Block): string {
  return `${entriesOf(block, '').join('\n')}\n`
}

function entriesOf({ entries }: Block, indent: string): readonly string[] {
  return entries.flatMap((entry, at) => [
    // What has a reason stands apart, and so does what follows a block at the top.
    ...(at > 0 && (indent === '' || entry.why !== undefined) ? [''] : []),
    ...(entry.why === undefined ? [] : commentOf(entry.why, indent)),
    ...linesOf(entry, indent),
  ])
}

function linesOf({ key, value }: Entry, indent: string): readonly string[] {
  const name = `${indent}${keyOf(key)}`
  if (isBlock(value)) return [`${name} {`, ...entriesOf(value, `${indent}  `), `${indent}}`]
  if (!isList(value)) return [`${name} = ${scalarOf(value)}`]
  if (value.length === 0) return [`${name} = []`]
  return [`${name} = [`, ...itemsOf(value, `${indent}  `), `${indent}]`]
}

function itemsOf(items: readonly string[] | readonly Block[], indent: string): readonly string[] {
  return items.flatMap((item, at) => {
    const comma = at < items.length - 1 ? ',' : ''
    if (!isBlock(item)) return [`${indent}${scalarOf(item)}${comma}`]
    return [`${indent}{`, ...entriesOf(item, `${indent}  `), `${indent}}${comma}`]
  })
}

/** A path like `connectors.http.herald` stays one; all else that is no plain word is quoted. */
function keyOf(key: string): string {
  return /^[a-z0-9_.]+$/i.test(key) ? key : JSON.stringify(key)
}

/** HOCON's quoted strings are JSON's; a word or a number needs no quotes. */
function scalarOf(value: Exclude<Value, readonly string[] | Block | readonly Block[]>): string {
  if (typeof value !== 'string') return String(value)
  return /^[a-z][a-z_]*$/.test(value) ? value : JSON.stringify(value)
}

/** Lines that begin with `##`, as in EMQX's own files; a paragraph for each line of the text. */
export function commentOf(text: string, indent = ''): readonly string[] {
  return text
    .split('\n')
    .flatMap((line) => wrap(line, WIDTH - indent.length - 3))
    .map((line) => `${indent}## ${line}`.trimEnd())
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
