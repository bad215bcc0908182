import { readFileSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { type ConfigFault, ConfigFaults } from '../config/config-faults.ts'
import { examineConfig } from '../config/load-config.ts'
import type { Sources } from '../config/sources.ts'
import type { ProviderEntry } from '../providers/provider-entry.ts'
import { PROVIDER_KINDS } from '../providers/provider-kinds.ts'
import { readProviders } from '../providers/read-providers.ts'

/** What is in force: settings, which are read once, and who carries notifications. */
export interface Setup {
  readonly config: Config
  readonly entries: readonly ProviderEntry[]
  /** The providers' file and its secrets as they are now. Throws `ConfigFaults`. */
  reread(): readonly ProviderEntry[]
}

/** Throws `ConfigFaults`, with those of the settings and of the providers' file in one list. */
export function loadSetup(readSources: () => Sources): Setup {
  const sources = readSources()
  const { config, faults } = examineConfig(sources)
  const providers = readEntries(config, sources)
  const all = [...faults, ...providers.faults]
  if (all.length > 0) throw new ConfigFaults(all)
  return {
    config,
    entries: providers.entries,
    reread: () => currentEntries(config, readSources()),
  }
}

/** Throws `ConfigFaults`. */
export function currentEntries(config: Config, sources: Sources): readonly ProviderEntry[] {
  const { entries, faults } = readEntries(config, sources)
  if (faults.length > 0) throw new ConfigFaults(faults)
  return entries
}

interface EntriesReading {
  readonly entries: readonly ProviderEntry[]
  readonly faults: readonly ConfigFault[]
}

function readEntries({ providers, delivery }: Config, sources: Sources): EntriesReading {
  const { file } = providers
  const { stubFile } = delivery
  const { entries, faults } = readProviders({
    path: file,
    standing: { stub: { ...(stubFile !== undefined && { file: stubFile }) } },
    kinds: PROVIDER_KINDS,
    sources: {
      env: { ...sources.envFile, ...sources.env },
      readFile: (path) => readFileSync(path, 'utf8'),
    },
  })
  return {
    entries,
    faults: faults.map(({ path, problem, remedy }) => ({
      name: path === '' ? `${file}` : `${file}, ${path}`,
      problem,
      remedy,
    })),
  }
}
