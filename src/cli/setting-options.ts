import { type Command, Option } from 'commander'
import type { Doors, Flags } from './doors.ts'

/** The environment name behind each option that stands for a setting. */
const settingNames = new WeakMap<Option, string>()

/**
 * Gives a command every setting as a flag. They stay out of its help, which is about the command;
 * `herald serve --help` lists them.
 */
export function withSettings(command: Command, doors: Doors): Command {
  for (const option of settingOptions(doors)) command.addOption(option.hideHelp())
  return command.addHelpText(
    'after',
    '\nEvery setting that "herald serve --help" lists is a flag here too.',
  )
}

/** `withSettings`, with the settings in the command's help, in a group of their own. */
export function withListedSettings(command: Command, doors: Doors): Command {
  for (const option of settingOptions(doors)) command.addOption(option.helpGroup('Settings:'))
  return command.addHelpText(
    'after',
    '\nSettings are read from the environment and from .env too; docs/configuration.md has more.',
  )
}

/** The settings that were given as flags to a command or to one above it. */
export function flagsOf(command: Command): Flags {
  const flags: Record<string, string> = {}
  for (let at: Command | null = command; at !== null; at = at.parent) {
    for (const option of at.options) {
      const name = settingNames.get(option)
      const value: unknown = at.getOptionValue(option.attributeName())
      if (name !== undefined && typeof value === 'string') flags[name] ??= value
    }
  }
  return flags
}

function settingOptions(doors: Doors): Option[] {
  return doors.settings.map(({ name, flag, placeholder, help }) => {
    const option = new Option(`${flag} ${placeholder}`, help)
    settingNames.set(option, name)
    return option
  })
}
