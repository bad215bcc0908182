import { Command } from 'commander'
import type { DevicePresence } from '../core/ports/presence-ports.ts'
import type { Drift, DriftKind } from '../core/repair/drift.ts'
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

const DRIFT: readonly Column<Drift>[] = [
  { title: 'CLIENT ID', text: ({ clientId }) => clientId },
  { title: 'USER', text: ({ uid }) => uid },
  { title: 'WHAT', text: ({ kind }) => WORDS[kind] },
]

const WORDS: Readonly<Record<DriftKind, string>> = {
  connection: 'connected, and not known to be',
  'no-connection': 'not connected, and believed to be',
  subscriptions: 'not subscribed as it was left',
  stray: 'a session of no device of this user',
}

export function presenceCommand(doors: Doors): Command {
  const command = new Command('presence')
    .description("which of a user's devices are online, and when they were last seen")
    .argument('<uid>', 'the user')
    .option('--json', 'print JSON, one device a line')
  withSettings(command, doors)
  addDiff(command, doors)
  return command.action(async (uid: string) => {
    const items = await doors.presenceOf(flagsOf(command), uid)
    await reportList(command, COLUMNS, async () => ({ items, next: undefined }))
  })
}

/** Its options are those of `presence`, which takes them wherever they stand. */
function addDiff(presence: Command, doors: Doors): void {
  const about = 'where the broker and Herald are apart; a sweep mends it'
  presence
    .command('diff')
    .description(about)
    .action(async () => {
      const items = await doors.presenceDrift(flagsOf(presence))
      await reportList(presence, DRIFT, async () => ({ items, next: undefined }))
    })
}
