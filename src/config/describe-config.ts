import { loadConfig } from './load-config.ts'
import { isDefaulted, type Setting } from './setting.ts'
import { SETTINGS } from './settings.ts'
import { given, type Sources } from './sources.ts'

/**
 * What is in force, a line each: `NAME=value` with secrets hidden, and where it comes from behind a
 * `#`. Throws `ConfigFaults` like `loadConfig`.
 */
export function describeConfig(sources: Sources): string {
  loadConfig(sources)
  return SETTINGS.map((setting) => describe(setting, sources)).join('\n')
}

function describe(setting: Setting<unknown>, sources: Sources): string {
  const found = given(sources, setting)
  if (found !== undefined) {
    const shown = setting.kind.hide?.(found.text) ?? found.text
    return `${setting.name}=${shown.replaceAll('\n', '\\n')} # ${found.origin}`
  }
  if (isDefaulted(setting)) {
    return `${setting.name}=${setting.kind.write(setting.fallback)} # default`
  }
  return `${setting.name}= # ${setting.unset === undefined ? 'not set' : `not set: ${setting.unset}`}`
}
