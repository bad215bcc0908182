/** A field of a request that does not fit its schema. */
export interface FieldFault {
  /** `body`, `query`, `path` or `header`. */
  readonly in: string
  /** RFC 6901; empty for the whole. */
  readonly pointer: string
  readonly detail: string
}

const PARTS: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'header',
}

/** What Fastify says that a request's parts lack; undefined of any other error. */
export function fieldFaultsOf(error: unknown): readonly FieldFault[] | undefined {
  if (typeof error !== 'object' || error === null || !('validation' in error)) return undefined
  if (!Array.isArray(error.validation)) return undefined
  const context = 'validationContext' in error ? String(error.validationContext) : ''
  const faults = error.validation.flatMap((fault) => faultsIn(PARTS[context] ?? context, fault))
  return joined(faults)
}

/** A field that may be one of several things is not the right one for several reasons. */
function joined(faults: readonly FieldFault[]): readonly FieldFault[] {
  const byPointer = Map.groupBy(faults, ({ pointer }) => pointer)
  return [...byPointer.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const details = new Set([first, ...others].map(({ detail }) => detail))
    return [{ ...first, detail: [...details].join(' or ') }]
  })
}

/** What only sums up what others say already. */
const SUMS: ReadonlySet<string> = new Set(['anyOf', 'boolean'])

interface SchemaFault {
  readonly keyword: string
  readonly instancePath: string
  readonly message?: string
  readonly params: Readonly<Record<string, unknown>>
}

function faultsIn(part: string, fault: unknown): readonly FieldFault[] {
  if (!isSchemaFault(fault)) return []
  const { keyword, instancePath, message = 'is not as it must be', params } = fault
  if (SUMS.has(keyword)) return []
  const missing = namesIn(params.requiredProperties)
  if (missing.length > 0) {
    return missing.map((name) => ({
      in: part,
      pointer: join(instancePath, name),
      detail: 'is missing',
    }))
  }
  const unknown = namesIn(params.additionalProperties)
  if (unknown.length > 0) {
    return unknown.map((name) => ({
      in: part,
      pointer: join(instancePath, name),
      detail: 'is not known here',
    }))
  }
  return [{ in: part, pointer: instancePath, detail: withValues(message, params) }]
}

function withValues(message: string, { allowedValues, pattern }: SchemaFault['params']): string {
  if (Array.isArray(allowedValues)) return `must be one of ${allowedValues.join(', ')}`
  return typeof pattern === 'string' ? `must match ${pattern}` : message
}

function namesIn(names: unknown): readonly string[] {
  return Array.isArray(names) ? names.map(String) : []
}

function join(path: string, name: string): string {
  return `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function isSchemaFault(fault: unknown): fault is SchemaFault {
  return (
    typeof fault === 'object' &&
    fault !== null &&
    'keyword' in fault &&
    typeof fault.keyword === 'string' &&
    'instancePath' in fault &&
    typeof fault.instancePath === 'string' &&
    'params' in fault &&
    typeof fault.params === 'object'
  )
}
