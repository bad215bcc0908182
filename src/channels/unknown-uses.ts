import type { StaticAnalysis, Variable, VariableLocation } from 'liquidjs'
import { LIQUIDS_OWN } from './quick-part.ts'
import { LINE_VARIABLES } from './template-form.ts'

/** A variable that there is not, where it is asked for. */
export interface UnknownUse {
  readonly location: VariableLocation
  readonly path: readonly string[]
  /** What there is instead. */
  readonly known: readonly string[]
}

/** In all branches, whether a sample leads there or not. */
export function unknownUses(
  { globals, variables, locals }: StaticAnalysis,
  known: readonly string[],
): readonly UnknownUse[] {
  const asked = Object.values(globals).flat()
  const places = new Set(asked.map(placeOf))
  const isOfLoop = (use: Variable) => {
    const root = String(use.segments[0])
    return !places.has(placeOf(use)) && root !== 'forloop' && !Object.hasOwn(locals, root)
  }
  const ofLoops = Object.values(variables).flat().filter(isOfLoop)
  return [
    ...asked.flatMap((use) => unknownGlobal(use, known)),
    // There are no lists but `lines`, and those of words, which a filter makes.
    ...ofLoops.flatMap((use) => unknownField(use, pathOf(use).slice(1))),
  ].toSorted((a, b) => a.location.row - b.location.row)
}

function unknownGlobal(use: Variable, known: readonly string[]): readonly UnknownUse[] {
  const path = pathOf(use)
  const [name, at, ...field] = path
  if (name !== 'lines' || !known.includes(name)) return unlessKnown(use, path, known)
  // `lines[0].title`, `lines.first.title`, `lines[i].title`; or `lines.size`.
  const isOne = typeof use.segments[1] !== 'string' || LIQUIDS_OWN.includes(use.segments[1])
  return isOne ? unknownField(use, field) : unlessKnown(use, [`${name}.${at}`], known)
}

function unknownField(use: Variable, field: readonly string[]): readonly UnknownUse[] {
  return field.length === 0 ? [] : unlessKnown(use, field, LINE_VARIABLES)
}

function unlessKnown(
  use: Variable,
  path: readonly string[],
  known: readonly string[],
): readonly UnknownUse[] {
  const [name = '', inner, ...deeper] = path.filter(
    (one, index) => index === 0 || !LIQUIDS_OWN.includes(one),
  )
  const whole = inner === undefined ? name : `${name}.${inner}`
  if (deeper.length === 0 && (known.includes(whole) || LIQUIDS_OWN.includes(whole))) return []
  return [{ location: use.location, path: pathOf(use), known }]
}

function pathOf({ segments }: Variable): readonly string[] {
  return segments.map(String)
}

function placeOf({ location: { row, col } }: Variable): string {
  return `${row}:${col}`
}
