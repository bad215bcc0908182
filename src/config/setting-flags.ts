import { isDefaulted, type Setting } from './setting.ts'
import { SETTINGS } from './settings.ts'

/** A setting as the command line offers it. */
export interface SettingFlag {
  readonly name: string
  readonly flag: string
  readonly placeholder: string
  readonly help: string
}

export const SETTING_FLAGS: readonly SettingFlag[] = SETTINGS.map((setting) => ({
  name: setting.name,
  flag: flagOf(setting),
  placeholder: setting.kind.placeholder,
  help: isDefaulted(setting)
    ? `${setting.help} (default: ${setting.kind.write(setting.fallback)})`
    : setting.help,
}))

/** `--port` for `HERALD_PORT`, `--database-url` for `DATABASE_URL`. */
export function flagOf({ name }: Setting<unknown>): string {
  return `--${name
    .replace(/^HERALD_/, '')
    .toLowerCase()
    .replaceAll('_', '-')}`
}
