import { Command } from 'commander'
import type { DevicePresence } from '../core/ports/presence-ports.ts'
import type { Doors } from './doors.ts'
import { type Column, reportList } from './report.ts'
import { flagsOf, withSettings } from './setting-options.ts'

const COLUMNS: readonly Column<DevicePresence>[] = [
  { title: 'CLIENT ID', text: ({ clientId }) => clientId },
  { title: 'STATUS', text: ({ status }) => status },
  { title: 'NODE', text: ({ node }) => node },
  { title: 'CONNECTED', text: ({ connectedAt }) => connectedAt?.toISOString() },
  { title: 'DISCONNECTED', text: ({ disconnectedAt }) => disconnectedAt?.toISOString() },
  { title: 'LAST SEEN', text: ({ lastSeenAt }) => lastSeenAt?.toISOString() },
]

export function presenceCommand(doors: Doors): Command {
  const command = new Command('presence')
    .description("which of a user's devices are online, and when they were last seen")
    .argument('<uid>', 'the user')
    .option('--json', 'print JSON, one device a line')
  withSettings(command, doors)
  return command.action(async (uid: string) => {
    const items = await doors.presenceOf(flagsOf(command), uid)
    await reportList(command, COLUMNS, async () => ({ items, next: undefined }))
  })
}
