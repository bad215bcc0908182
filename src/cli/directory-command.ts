import type { Command } from 'commander'
import type { Directory } from '../core/directory/directory.ts'
import type { Doors } from './doors.ts'
import { flagsOf, withSettings } from './setting-options.ts'

/** Adds a subcommand that works on the directory. Each of them can answer in JSON. */
export function directoryCommand(
  parent: Command,
  doors: Doors,
  usage: string,
  about: string,
): Command {
  const command = parent.command(usage).description(about)
  return withSettings(command.option('--json', 'print JSON, one object a line'), doors)
}

/** Opens the directory with the settings that were given to `command`. */
export function withDirectoryOf<Result>(
  command: Command,
  doors: Doors,
  work: (directory: Directory) => Promise<Result>,
): Promise<Result> {
  return doors.withDirectory(flagsOf(command), work)
}
