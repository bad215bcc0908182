import type { Logger } from 'pino'
import { ConfigFaults } from '../config/config-faults.ts'
import type { ServedProvider } from '../core/delivery/delivery-parts.ts'
import type { Provider } from '../core/ports/provider.ts'
import {
  closeEntries,
  type OpenEntry,
  OpenFaults,
  openEntries,
} from '../providers/open-providers.ts'
import type { ProviderEntry } from '../providers/provider-entry.ts'
import type { ProviderParts } from '../providers/provider-kind.ts'

/** The providers that are open in this process. */
export interface ProviderShelf {
  /** By the name that addresses have. */
  find(name: string): FoundProvider | undefined
  entries(): readonly ProviderEntry[]
  /**
   * Exchanges those whose settings or secrets have changed, closes those that are gone, and opens new
   * ones; or, where something is wrong, keeps all as they are. Says in the log what it did. Does not throw.
   */
  reload(): Promise<void>
  close(): Promise<void>
}

export interface FoundProvider {
  readonly provider: Provider
  readonly entry: ProviderEntry
}

export interface ShelfParts {
  readonly entries: readonly ProviderEntry[]
  readonly reread: () => readonly ProviderEntry[]
  readonly parts: ProviderParts
  readonly log: Logger
  /** Has these called from now on; resolves when nobody calls the others any more. */
  readonly serve: (providers: readonly ServedProvider[]) => Promise<void>
}

export async function openShelf(shelf: ShelfParts): Promise<ProviderShelf> {
  const { entries, log, parts, serve } = shelf
  let open = await openEntries(entries, parts)
  await serve(servedBy(open))
  let reloading = Promise.resolve()

  async function exchange(): Promise<void> {
    const wanted = shelf.reread()
    const { kept, fresh, change } = compare(open, wanted)
    if (fresh.length === 0 && kept.length === open.length) {
      log.info('providers are as they were')
      return
    }
    const opened = await openEntries(fresh, parts)
    const old = open.filter((one) => !kept.includes(one))
    open = [...kept, ...opened]
    try {
      await serve(servedBy(open))
    } finally {
      await closeEntries(old)
    }
    log.info(change, 'providers reloaded')
  }

  return {
    find(name) {
      for (const { entry, providers } of open) {
        const provider = providers.find((one) => one.name === name)
        if (provider !== undefined) return { provider, entry }
      }
      return undefined
    },
    entries: () => open.map(({ entry }) => entry),
    reload() {
      reloading = reloading.then(exchange).catch((error) => tell(log, error))
      return reloading
    },
    async close() {
      await reloading
      await closeEntries(open)
    },
  }
}

function servedBy(open: readonly OpenEntry[]): readonly ServedProvider[] {
  return open.flatMap(({ entry, providers }) =>
    providers.map((provider) => ({ provider, limits: entry.limits })),
  )
}

interface Comparison {
  readonly kept: readonly OpenEntry[]
  readonly fresh: readonly ProviderEntry[]
  /** By name. */
  readonly change: Readonly<Record<'added' | 'changed' | 'removed', readonly string[]>>
}

function compare(open: readonly OpenEntry[], wanted: readonly ProviderEntry[]): Comparison {
  const now = new Map(wanted.map((entry) => [entry.name, entry]))
  const kept = open.filter(({ entry }) => now.get(entry.name)?.fingerprint === entry.fingerprint)
  const keptNames = new Set(kept.map(({ entry }) => entry.name))
  const before = new Set(open.map(({ entry }) => entry.name))
  const fresh = wanted.filter(({ name }) => !keptNames.has(name))
  const names = fresh.map(({ name }) => name)
  const change = {
    added: names.filter((name) => !before.has(name)),
    changed: names.filter((name) => before.has(name)),
    removed: [...before].filter((name) => !now.has(name)),
  }
  return { kept, fresh, change }
}

function tell(log: Logger, error: unknown): void {
  const isFaulty = error instanceof ConfigFaults || error instanceof OpenFaults
  if (isFaulty) log.error({ faults: error.faults }, 'providers were not reloaded')
  else log.error({ err: error }, 'providers were not reloaded')
}
