import { hash } from 'node:crypto'
import { NO_LIMITS, type SendLimits } from '../core/delivery/send-limits.ts'
import type { ConfiguredProvider } from '../core/directory/configured-provider.ts'
import type { Provider } from '../core/ports/provider.ts'
import { createFieldReader, type FieldReader, type SecretSources } from './field-reader.ts'
import type { ProviderKind, ProviderParts } from './provider-kind.ts'

/** An entry of the providers' file that can be opened. */
export interface ProviderEntry extends ConfiguredProvider {
  readonly name: string
  readonly limits: SendLimits
  /** The same as long as its settings and its secrets are. */
  readonly fingerprint: string
  open(parts: ProviderParts): Promise<readonly Provider[]>
}

/** As `addresses.provider` has it. */
const NAME = /^[a-z][a-z0-9-]{0,31}$/

/** What stands in every entry, whatever its kind. */
const COMMON = ['kind', 'apps', 'limits']

/** Reads an entry. Undefined where there are faults, which the readers have noted. */
export function readEntry(
  name: string,
  value: unknown,
  kinds: readonly ProviderKind[],
  sources: SecretSources,
): { readonly entry: ProviderEntry | undefined; readonly readers: readonly FieldReader[] } {
  const secrets: string[] = []
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : undefined
  const common = createFieldReader(name, partOf(fields, true), sources)
  const kind = readKind(common, kinds)
  const apps = common.texts('apps')
  const limits = readLimits(common, kind)
  common.finish()
  // Without a kind nobody can say which of the settings are right.
  if (kind === undefined) return { entry: undefined, readers: [common] }
  const own = createFieldReader(
    name,
    fields === undefined || Array.isArray(value) ? value : partOf(fields, false),
    noting(sources, secrets),
  )
  const ready = kind.read(own)
  own.finish()
  checkNames(own, ready?.names ?? [name])
  const readers = [common, own]
  if (ready === undefined || readers.some(({ faults }) => faults.length > 0)) {
    return { entry: undefined, readers }
  }
  const { kind: kindName, tokenFault, canonicalToken } = kind
  const { channels = kind.channels, names, open } = ready
  const fingerprint = hash('sha256', JSON.stringify([kindName, value, secrets]))
  const addressing = { kind: kindName, names, channels, apps, tokenFault, canonicalToken }
  return { entry: { ...addressing, name, limits, fingerprint, open }, readers }
}

function partOf(fields: readonly [string, unknown][] | undefined, isCommon: boolean): object {
  return Object.fromEntries((fields ?? []).filter(([key]) => COMMON.includes(key) === isCommon))
}

function readKind(fields: FieldReader, kinds: readonly ProviderKind[]): ProviderKind | undefined {
  const given = fields.optionalText('kind')
  const kind = kinds.find((one) => one.kind === (given ?? fields.name))
  if (kind === undefined && fields.faults.length === 0) {
    const problem =
      given === undefined
        ? 'is missing, and the name of the entry is no kind'
        : `is ${JSON.stringify(given)}, which is no kind`
    fields.fault('kind', problem, `write one of: ${kinds.map((one) => one.kind).join(', ')}`)
  }
  return kind
}

const LIMIT = { min: 1, max: 1_000_000_000 }
/** Each message costs money, and whoever can have them sent can spend it. */
const SMS_LIMITS: SendLimits = { ...NO_LIMITS, perUserPerDay: 10, perDay: 10_000 }

function readLimits(fields: FieldReader, kind: ProviderKind | undefined): SendLimits {
  const isSms = kind?.channels.every((channel) => channel === 'sms')
  const fallback = isSms === true ? SMS_LIMITS : NO_LIMITS
  const group = fields.group('limits')
  if (group === undefined) return fallback
  const limit = (name: keyof SendLimits) =>
    group.has(name) ? group.integer(name, { ...LIMIT, fallback: LIMIT.max }) : fallback[name]
  return {
    perSecond: limit('perSecond'),
    perAddressPerHour: limit('perAddressPerHour'),
    perUserPerDay: limit('perUserPerDay'),
    perDay: limit('perDay'),
  }
}

function checkNames(fields: FieldReader, names: readonly string[]): void {
  for (const name of names) {
    if (NAME.test(name)) continue
    const problem = `${JSON.stringify(name)} is no name that addresses can have`
    fields.fault('name', problem, 'use at most 32 of a-z, 0-9 and hyphens, a letter first')
  }
}

/** The same sources, which note what was read from them. */
function noting({ env, readFile }: SecretSources, secrets: string[]): SecretSources {
  return {
    env: new Proxy(env, {
      get(target, name) {
        const value = typeof name === 'string' ? target[name] : undefined
        secrets.push(`${String(name)}=${value}`)
        return value
      },
    }),
    readFile(path) {
      const text = readFile(path)
      secrets.push(text)
      return text
    },
  }
}
