import { Command } from 'commander'
import type { Doors } from './doors.ts'
import { print } from './print.ts'
import { flagsOf, withListedSettings } from './setting-options.ts'

export function configCommand(doors: Doors): Command {
  const command = new Command('config')
    .description('print the settings in force, secrets hidden')
    .action(() => print(command, doors.describeConfig(flagsOf(command))))
  return withListedSettings(command, doors)
}
