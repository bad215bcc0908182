import { PARTS, type PartName } from './template-form.ts'

/** A part of a template file, as it is written there. */
export interface WrittenPart {
  readonly name: PartName
  readonly source: string
  /** The line of the file on which `source` begins, counted from 1. */
  readonly line: number
}

export interface PartFault {
  readonly line: number
  readonly problem: string
  readonly remedy: string
}

export interface SplitTemplate {
  readonly parts: readonly WrittenPart[]
  readonly faults: readonly PartFault[]
}

/** Splits a file at its lines `--- <part>`. What stands before the first one is for people only. */
export function splitTemplate(text: string): SplitTemplate {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const heads = lines.flatMap((line, at) => {
    const [, name] = /^--- *(\S+) *$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, at }]
  })
  const parts: WrittenPart[] = []
  const faults: PartFault[] = []
  for (const [index, { name, at }] of heads.entries()) {
    const part = PARTS.find((one) => one === name)
    const line = at + 1
    if (part === undefined) {
      const remedy = `parts are called ${PARTS.join(', ')}`
      faults.push({ line, problem: `has a part "${name}"`, remedy })
    } else if (parts.some((one) => one.name === part)) {
      faults.push({ line, problem: `has the part "${part}" twice`, remedy: 'remove one of them' })
    } else {
      const source = lines.slice(at + 1, heads[index + 1]?.at).join('\n')
      parts.push({ name: part, source: source.trimEnd(), line: line + 1 })
    }
  }
  return { parts, faults }
}
