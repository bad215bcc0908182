import { Command } from 'commander'
import type { Doors } from './doors.ts'
import { print } from './print.ts'
import { flagsOf, withSettings } from './setting-options.ts'

export function migrateCommand(doors: Doors): Command {
  const command = new Command('migrate')
    .description('bring the database schema up to date')
    .action(async () => {
      const applied = await doors.migrate(flagsOf(command))
      for (const name of applied) print(command, `applied ${name}`)
      if (applied.length === 0) print(command, 'The schema is up to date.')
    })
  return withSettings(command, doors)
}
