import type { ConfigFault } from './config-faults.ts'
import type { DefaultedSetting, Setting } from './setting.ts'
import { given, type Sources } from './sources.ts'

/** Reads settings from their sources and collects what is wrong with them. */
export interface SettingReader {
  /** The default where the setting is not given, or not readable (which is a fault). */
  value<Value>(setting: DefaultedSetting<Value>): Value
  /** Undefined where the setting is not given, or not readable (which is a fault). */
  optional<Value>(setting: Setting<Value>): Value | undefined
  /** Whether somebody gave it, readable or not. */
  isGiven(setting: Setting<unknown>): boolean
  fault(setting: { readonly name: string }, problem: string, remedy: string): void
  readonly faults: readonly ConfigFault[]
}

export function createSettingReader(sources: Sources): SettingReader {
  const faults: ConfigFault[] = []

  function optional<Value>(setting: Setting<Value>): Value | undefined {
    const text = given(sources, setting)?.text
    if (text === undefined) return undefined
    const reading = setting.kind.read(text)
    if (reading.kind === 'value') return reading.value
    faults.push({ name: setting.name, problem: reading.problem, remedy: reading.remedy })
    return undefined
  }

  return {
    faults,
    optional,
    value: (setting) => optional(setting) ?? setting.fallback,
    isGiven: (setting) => given(sources, setting) !== undefined,
    fault: ({ name }, problem, remedy) => faults.push({ name, problem, remedy }),
  }
}
