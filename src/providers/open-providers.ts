import type { Provider } from '../core/ports/provider.ts'
import { StartFault } from '../core/start-fault.ts'
import type { ProviderEntry } from './provider-entry.ts'
import type { ProviderParts } from './provider-kind.ts'

/** An entry with what it serves. */
export interface OpenEntry {
  readonly entry: ProviderEntry
  readonly providers: readonly Provider[]
}

/** Why entries could not be opened. */
export class OpenFaults extends StartFault {
  readonly faults: readonly { readonly name: string; readonly problem: string }[]

  constructor(faults: OpenFaults['faults']) {
    const lines = faults.map(({ name, problem }) => `  ${name}: ${problem}`)
    super(["Providers can't be opened:", ...lines].join('\n'))
    this.name = 'OpenFaults'
    this.faults = faults
  }
}

/** Opens all of them, or none: then it throws `OpenFaults`. */
export async function openEntries(
  entries: readonly ProviderEntry[],
  parts: ProviderParts,
): Promise<readonly OpenEntry[]> {
  const results = await Promise.allSettled(entries.map((entry) => openOne(entry, parts)))
  const open = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
  if (open.length === entries.length) return open
  await closeEntries(open)
  throw new OpenFaults(
    results.flatMap((result, at) => {
      if (result.status === 'fulfilled') return []
      const { reason } = result
      const problem = reason instanceof Error ? reason.message : String(reason)
      return [{ name: entries[at]?.name ?? '', problem }]
    }),
  )
}

async function openOne(entry: ProviderEntry, parts: ProviderParts): Promise<OpenEntry> {
  return { entry, providers: await entry.open(parts) }
}

export async function closeEntries(open: readonly OpenEntry[]): Promise<void> {
  await Promise.allSettled(open.flatMap(({ providers }) => providers).map((one) => one.close()))
}
