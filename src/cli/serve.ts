import { Command } from 'commander'
import type { Doors } from './doors.ts'
import { flagsOf, withListedSettings } from './setting-options.ts'

export function serveCommand(doors: Doors): Command {
  const command = new Command('serve')
    .description("answer the broker's questions until a signal stops it")
    .action(() => doors.serve(flagsOf(command)))
  return withListedSettings(command, doors)
}
