import { duplicateKeys } from './duplicate-keys.ts'
import type { FieldFault, SecretSources } from './field-reader.ts'
import { type ProviderEntry, readEntry } from './provider-entry.ts'
import type { ProviderKind } from './provider-kind.ts'

export interface ProvidersSource {
  /** Undefined where there is no file. */
  readonly path: string | undefined
  /** Entries that are there unless the file has others of their name. */
  readonly standing: Readonly<Record<string, unknown>>
  readonly kinds: readonly ProviderKind[]
  readonly sources: SecretSources
}

export interface ProvidersReading {
  readonly entries: readonly ProviderEntry[]
  /** All that is wrong with all of them; an empty path is that of the file itself. */
  readonly faults: readonly FieldFault[]
}

/** Reads the providers' file and the secrets that it names. Opens nothing. */
export function readProviders({
  path,
  standing,
  kinds,
  sources,
}: ProvidersSource): ProvidersReading {
  const file = path === undefined ? NO_FILE : readFile(path, sources)
  const readings = Object.entries({ ...standing, ...file.fields }).map(([name, value]) =>
    readEntry(name, value, kinds, sources),
  )
  const entries = readings.flatMap(({ entry }) => entry ?? [])
  const faults = readings.flatMap(({ readers }) => readers.flatMap((reader) => reader.faults))
  return { entries, faults: [...file.faults, ...faults, ...crossFaults(entries)] }
}

interface FileReading {
  readonly fields: object
  readonly faults: readonly FieldFault[]
}

const NO_FILE: FileReading = { fields: {}, faults: [] }

function readFile(path: string, sources: SecretSources): FileReading {
  try {
    return parse(sources.readFile(path))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return broken(`can't be read (${why})`, 'correct HERALD_PROVIDERS_FILE, or let Herald read it')
  }
}

function parse(text: string): FileReading {
  const reading = parseJson(text)
  if (reading.kind === 'fault') return broken(reading.problem, 'correct it')
  const { value } = reading
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return broken('is not an object', 'write { "<name>": { … }, … }')
  }
  const faults = duplicateKeys(text).map((key) => ({
    path: key,
    problem: 'stands there twice',
    remedy: 'remove one of them, or give it another name',
  }))
  return { fields: value, faults }
}

type JsonReading =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'fault'; readonly problem: string }

function parseJson(text: string): JsonReading {
  try {
    return { kind: 'value', value: JSON.parse(text) }
  } catch (error) {
    return { kind: 'fault', problem: `is not JSON (${wordsOf(error)})` }
  }
}

/** V8 quotes what stands around the fault, which may be a secret. */
function wordsOf(error: unknown): string {
  const [words = ''] = error instanceof Error ? error.message.split(/, (?:\.\.\.)?"/) : []
  return words
}

function broken(problem: string, remedy: string): FileReading {
  return { fields: {}, faults: [{ path: '', problem, remedy }] }
}

/** What is right in each entry and wrong in all of them together. */
function crossFaults(entries: readonly ProviderEntry[]): readonly FieldFault[] {
  const owners = new Map<string, string>()
  return entries.flatMap(({ name, names, kind, apps }) => {
    const claims = [
      ...names.map((one) => ({ key: `name ${one}`, path: name, what: `the name "${one}"` })),
      ...apps.map((app) => ({ key: `app ${kind} ${app}`, path: `${name}.apps`, what: app })),
    ]
    return claims.flatMap(({ key, path, what }) => {
      const owner = owners.get(key)
      owners.set(key, owner ?? name)
      if (owner === undefined) return []
      const remedy = path === name ? 'rename one of them' : 'let one of them have it'
      return [{ path, problem: `has ${what}, which is that of ${owner} already`, remedy }]
    })
  })
}
