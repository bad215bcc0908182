/** Something in the providers' file that is wrong, and where: `apns.keyId`. */
export interface FieldFault {
  readonly path: string
  readonly problem: string
  readonly remedy: string
}

/** Where a secret may be: in a file, or in a variable of the environment. Never in the file itself. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Throws where it can't be read. */
  readFile(path: string): string
}

/**
 * Reads one provider's settings field by field and notes what is wrong, so that all of it is told at
 * once. A field that is wrong or missing reads as undefined; `finish` says which nobody asked for.
 */
export interface FieldReader {
  readonly name: string
  readonly faults: readonly FieldFault[]
  /** A string that is not empty. */
  text(field: string, check?: (value: string) => string | undefined): string | undefined
  optionalText(field: string, check?: (value: string) => string | undefined): string | undefined
  choice<const T extends string>(field: string, values: readonly T[], fallback: T): T
  integer(field: string, bounds: { min: number; max: number; fallback: number }): number
  flag(field: string, fallback: boolean): boolean
  /** `{ "file": "/run/secrets/key" }` or `{ "env": "NAME" }`; surrounding white space is not part of it. */
  secret(field: string): string | undefined
  optionalSecret(field: string): string | undefined
  /** A list of strings. */
  texts(field: string): readonly string[]
  /** A reader of an object in it; undefined where it is not given. */
  group(field: string): FieldReader | undefined
  has(field: string): boolean
  /** What is given, by name: where the names are the operator's own. */
  readonly given: readonly string[]
  fault(field: string, problem: string, remedy: string): void
  /** Notes each field that was not asked for: most are misspelled. */
  finish(): void
}

export function createFieldReader(
  name: string,
  value: unknown,
  sources: SecretSources,
): FieldReader {
  const faults: FieldFault[] = []
  const reader = readerOf({ path: name, value, sources, faults })
  return { ...reader, name }
}

interface Place {
  readonly path: string
  readonly value: unknown
  readonly sources: SecretSources
  readonly faults: FieldFault[]
}

function readerOf(place: Place): FieldReader {
  const { path, value, faults, sources } = place
  const fields = fieldsOf(value)
  const asked = new Set<string>()
  const groups: FieldReader[] = []

  const fault = (field: string, problem: string, remedy: string) => {
    faults.push({ path: `${path}.${field}`, problem, remedy })
  }

  const get = (field: string): unknown => {
    asked.add(field)
    return fields.get(field)
  }

  function typed<T>(
    field: string,
    is: (given: unknown) => given is T,
    kind: string,
  ): T | undefined {
    const given = get(field)
    if (given === undefined || is(given)) return given
    fault(field, `is not ${kind}`, `write ${kind} there`)
    return undefined
  }

  function optionalText(field: string, check?: (value: string) => string | undefined) {
    const given = typed(field, isText, 'a text')
    const problem = given === undefined ? undefined : check?.(given)
    if (problem === undefined) return given
    fault(field, problem, 'correct it')
    return undefined
  }

  function missing(field: string, remedy: string): undefined {
    if (!fields.has(field)) fault(field, 'is missing', remedy)
    return undefined
  }

  function optionalSecret(field: string): string | undefined {
    const given = get(field)
    if (given === undefined) return undefined
    const reading = readSecret(given, sources)
    if ('secret' in reading) return reading.secret
    fault(field, reading.problem, SECRET_REMEDY)
    return undefined
  }

  if (fields.size === 0 && !isObject(value)) {
    faults.push({ path, problem: 'is not an object', remedy: 'write { … } there' })
  }

  return {
    name: path,
    faults,
    given: [...fields.keys()],
    fault,
    optionalText,
    optionalSecret,
    text: (field, check) => optionalText(field, check) ?? missing(field, 'set it'),
    secret: (field) => optionalSecret(field) ?? missing(field, SECRET_REMEDY),
    flag: (field, fallback) => typed(field, isFlag, 'true or false') ?? fallback,
    texts: (field) => typed(field, isTexts, 'a list of texts') ?? [],
    has: (field) => fields.has(field),
    choice(field, values, fallback) {
      const given = get(field)
      const chosen = values.find((one) => one === given)
      if (chosen !== undefined || given === undefined) return chosen ?? fallback
      fault(field, `is not one of: ${values.join(', ')}`, 'choose one of these')
      return fallback
    },
    integer(field, { min, max, fallback }) {
      const given = get(field)
      if (given === undefined) return fallback
      if (typeof given === 'number' && Number.isInteger(given) && given >= min && given <= max) {
        return given
      }
      fault(field, `is not a whole number from ${min} to ${max}`, 'correct it')
      return fallback
    },
    group(field) {
      const given = get(field)
      if (given === undefined) return undefined
      const group = readerOf({ ...place, path: `${path}.${field}`, value: given })
      groups.push(group)
      return group
    },
    finish() {
      for (const field of fields.keys()) {
        if (asked.has(field)) continue
        const known = [...asked].sort().join(', ')
        fault(field, 'is unknown', `remove it, or use one of: ${known}`)
      }
      for (const group of groups) group.finish()
    },
  }
}

const SECRET_REMEDY = 'write { "file": "<path>" } or { "env": "<NAME>" } there'

type SecretReading = { readonly secret: string } | { readonly problem: string }

function readSecret(given: unknown, { env, readFile }: SecretSources): SecretReading {
  const fields = fieldsOf(given)
  const [source, ...others] = fields.keys()
  const place = fields.get(source ?? '')
  if (others.length > 0 || !isText(place)) return { problem: 'does not say where the secret is' }
  switch (source) {
    case 'env': {
      const secret = env[place]?.trim()
      return secret ? { secret } : { problem: `names ${place}, which is not set` }
    }
    case 'file':
      try {
        const secret = readFile(place).trim()
        return secret === '' ? { problem: `names ${place}, which is empty` } : { secret }
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        return { problem: `names ${place}, which can't be read: ${why}` }
      }
    default:
      return { problem: 'does not say where the secret is' }
  }
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(isObject(value) ? Object.entries(value) : [])
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText)
