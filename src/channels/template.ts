import { type Part, readPart } from './liquid-part.ts'
import type { TemplateFault } from './template-fault.ts'
import type { PartName, TemplateForm } from './template-form.ts'
import { type PartFault, splitTemplate, type WrittenPart } from './template-parts.ts'
import type { Scope } from './template-scope.ts'

/** A template file, parsed. */
export interface Template {
  readonly path: string
  readonly form: TemplateForm
  /** Throws where it can't be said. */
  say(scope: Scope): SaidParts
  /** What Liquid makes of a sample, with all that keeps it from that. */
  prove(scope: Scope): { readonly said: SaidParts; readonly faults: readonly TemplateFault[] }
}

export type SaidParts = Readonly<Partial<Record<PartName, string>>>

export interface TemplateReading {
  /** Undefined where there are faults. */
  readonly template: Template | undefined
  readonly faults: readonly TemplateFault[]
}

export function readTemplate(path: string, form: TemplateForm, text: string): TemplateReading {
  const { parts, faults } = splitTemplate(text)
  const wanted = [...form.needs, ...form.mayHave]
  const readings = parts.map((written) => ({
    written,
    ...readPart(written, form.variables),
  }))
  const all = [
    ...faults,
    ...form.needs.filter((name) => parts.every((one) => one.name !== name)).map(missingPart),
    ...parts.filter(({ name }) => !wanted.includes(name)).map((one) => strayPart(one, wanted)),
    ...readings.flatMap((reading) => reading.faults),
  ]
  if (all.length > 0) return { template: undefined, faults: all.map(at(path)) }
  const read = readings.flatMap(({ written, part }) => (part ? [{ name: written.name, part }] : []))
  return { template: createTemplate(path, form, read), faults: [] }
}

interface NamedPart {
  readonly name: PartName
  readonly part: Part
}

function createTemplate(path: string, form: TemplateForm, parts: readonly NamedPart[]): Template {
  return {
    path,
    form,
    say(scope) {
      const said: Partial<Record<PartName, string>> = {}
      for (const { name, part } of parts) said[name] = part.say(scope)
      return said
    },
    prove(scope) {
      const proofs = parts.map(({ name, part }) => ({ name, proof: part.prove(scope) }))
      const said = proofs.flatMap(({ name, proof }) =>
        proof.kind === 'said' ? [[name, proof.text] as const] : [],
      )
      const faults = proofs.flatMap(({ proof }) => (proof.kind === 'fault' ? [proof.fault] : []))
      return { said: Object.fromEntries(said), faults: faults.map(at(path)) }
    },
  }
}

function at(path: string): (fault: PartFault) => TemplateFault {
  return ({ line, problem, remedy }) => ({ name: `${path}:${line}`, problem, remedy })
}

function missingPart(name: PartName): PartFault {
  return { line: 1, problem: `has no part "${name}"`, remedy: `add a line "--- ${name}"` }
}

function strayPart({ name, line }: WrittenPart, wanted: readonly PartName[]): PartFault {
  const remedy = `remove it: the parts here are ${wanted.join(', ')}`
  return { line: line - 1, problem: `has a part "${name}", which nobody reads`, remedy }
}
