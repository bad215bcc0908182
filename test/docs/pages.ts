import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** A page of the documentation. */
export interface DocPage {
  /** From the project's root, with `/`. */
  readonly path: string
  readonly text: string
}

/** All of the project's Markdown. */
export function readPages(): readonly DocPage[] {
  const exclude = ['**/node_modules/**', '.herald/**']
  return globSync('**/*.md', { cwd: ROOT, exclude })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map(readPage)
}

/** `path` is from the project's root. */
export function readPage(path: string): DocPage {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') }
}

/** The text of a section, from its heading to the next. */
export function sectionOf({ path, text }: DocPage, heading: string): string {
  const [, rest] = text.split(`\n## ${heading}\n`)
  if (rest === undefined) throw new Error(`${path} has no section "${heading}"`)
  return rest.split('\n## ')[0] ?? ''
}

/** The cells of the rows of the tables in `text` whose first cell is code, which is given without backticks. */
export function codeRows(text: string): readonly (readonly string[])[] {
  return text.split('\n').flatMap((line) => {
    const [, code, rest] = /^\| `([^`]+)` \|(.*)\|$/.exec(line) ?? []
    if (code === undefined || rest === undefined) return []
    return [[code, ...rest.split(' | ').map((cell) => cell.trim())]]
  })
}

/** What stands in backticks, fences and spans alike; a fence counts line by line. */
export function codeOf({ text }: DocPage): readonly string[] {
  const fence = /^```.*\n([\s\S]*?)^```$/gm
  const fenced = [...text.matchAll(fence)].flatMap(([, lines = '']) =>
    // A command may go on in the next line.
    lines.replaceAll(/\\\n\s*/g, '').split('\n'),
  )
  const spans = [...text.replaceAll(fence, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, span = '']) => span,
  )
  return [...fenced, ...spans]
}

/** A command as it is shown, and what is shown below it. */
export interface Step {
  readonly line: string
  readonly printed: string
}

/** The commands of a section's first fence, in their order. */
export function transcriptOf(section: string): readonly Step[] {
  const [, transcript = ''] = section.split('```')
  return transcript
    .split('$ herald ')
    .slice(1)
    .map((step) => {
      const [line = '', ...printed] = step.split('\n')
      return { line, printed: printed.join('\n').trim() }
    })
}
