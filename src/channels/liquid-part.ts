import { Liquid, LiquidError, type Template } from 'liquidjs'
import { quickPart } from './quick-part.ts'
import type { PartFault, WrittenPart } from './template-parts.ts'
import type { Scope } from './template-scope.ts'
import { unknownUses } from './unknown-uses.ts'

/** A part of a template, parsed. */
export interface Part {
  /** Throws where it can't be said. */
  say(scope: Scope): string
  /** What Liquid itself makes of it, and what keeps it from that. */
  prove(scope: Scope): PartProof
}

export type PartProof =
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'fault'; readonly fault: PartFault }

export interface PartReading {
  /** Undefined where it can't be parsed. */
  readonly part: Part | undefined
  readonly faults: readonly PartFault[]
}

/** No template of a sane length comes near. */
const OUTPUT_CHARACTERS_MAX = 262_144
/** Of the engine: what it calls `templateLimit` in the options of a rendering limits nothing. */
const LIMITS = { renderLimit: 1_000, memoryLimit: 1_000_000 }

/** All but those that read files, keep counts between renderings, or escape nothing. */
const TAGS = [
  'assign',
  'break',
  'capture',
  'case',
  'comment',
  'continue',
  'for',
  'if',
  'raw',
  'unless',
  '#',
]

/** `where_exp` and the like take a text for an expression, and it might be one that somebody wrote. */
const READS_TEXT = /_exp$/

const RAW = createEngine()
const HTML = createEngine('escape')

function createEngine(outputEscape?: 'escape'): Liquid {
  const engine = new Liquid({
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    parseLimit: OUTPUT_CHARACTERS_MAX,
    ...LIMITS,
    // In place of the file system.
    templates: {},
    ...(outputEscape && { outputEscape }),
  })
  for (const tag of Object.keys(engine.tags)) if (!TAGS.includes(tag)) delete engine.tags[tag]
  for (const filter of Object.keys(engine.filters)) {
    if (filter === 'raw' || READS_TEXT.test(filter)) engine.unregisterFilter(filter)
  }
  if (outputEscape) engine.registerFilter('newline_to_br', { raw: true, handler: withBreaks })
  return engine
}

/** The library's own would have its breaks escaped. */
function withBreaks(value: unknown): string {
  return String(value ?? '')
    .replaceAll(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`)
    .replaceAll('\n', '<br>\n')
}

/** Parses a part and looks for variables that there are not. */
export function readPart(written: WrittenPart, variables: readonly string[]): PartReading {
  const engine = written.name === 'html' ? HTML : RAW
  try {
    const templates = engine.parse(written.source)
    const faults = unknownVariables(engine, templates, written, variables)
    return { part: createPart(engine, templates, written), faults }
  } catch (error) {
    return { part: undefined, faults: [faultOf(error, written)] }
  }
}

function createPart(engine: Liquid, templates: Template[], written: WrittenPart): Part {
  const byLiquid = (scope: Scope): string => {
    const text: unknown = engine.renderSync(templates, scope)
    return typeof text === 'string' ? text : ''
  }
  const say = (written.name === 'html' ? undefined : quickPart(templates)) ?? byLiquid
  return {
    say: (scope) => bounded(say(scope)),
    prove(scope) {
      try {
        return { kind: 'said', text: bounded(byLiquid(scope)) }
      } catch (error) {
        return { kind: 'fault', fault: faultOf(error, written) }
      }
    },
  }
}

function bounded(text: string): string {
  if (text.length > OUTPUT_CHARACTERS_MAX) {
    throw new Error(`says more than ${OUTPUT_CHARACTERS_MAX} characters`)
  }
  return text.trim()
}

function unknownVariables(
  engine: Liquid,
  templates: Template[],
  { line }: WrittenPart,
  variables: readonly string[],
): readonly PartFault[] {
  return unknownUses(engine.analyzeSync(templates, { partials: false }), variables).map(
    ({ location, path, known }) => ({
      line: line + location.row - 1,
      problem: `knows no "${path.join('.')}"`,
      remedy: `there are ${known.join(', ')}`,
    }),
  )
}

function faultOf(error: unknown, { line }: WrittenPart): PartFault {
  if (!LiquidError.is(error)) {
    return { line, problem: error instanceof Error ? error.message : String(error), remedy: MEND }
  }
  const [row = 1] = error.token.getPosition()
  const problem = (error.originalError?.message ?? error.message).replace(/, line:\d+.*$/s, '')
  return { line: line + row - 1, problem, remedy: remedyOf(problem) }
}

const MEND = 'correct it: docs/templates.md'

function remedyOf(problem: string): string {
  if (/^undefined filter/.test(problem)) return "take one of Liquid's filters, or none"
  if (/^tag .* not found/.test(problem)) return `tags are ${TAGS.join(', ')}`
  if (/^undefined variable/.test(problem)) return 'correct it, or ask for it first, with {% if … %}'
  return MEND
}
