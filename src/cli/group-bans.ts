import type { Command } from 'commander'
import type { Ban } from '../core/directory/group.ts'
import { directoryCommand, withDirectoryOf } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { type Column, report, reportList } from './report.ts'

/** The subcommands of `group` that are about who is banned from it. */
export function addBanCommands(group: Command, doors: Doors): void {
  addBan(group, doors)
  addUnban(group, doors)
  addBans(group, doors)
}

const COLUMNS: readonly Column<Ban>[] = [
  { title: 'UID', text: ({ uid }) => uid },
  { title: 'SINCE', text: ({ createdAt }) => createdAt.toISOString() },
]

function addBan(group: Command, doors: Doors): void {
  const about = 'end a membership for good: neither join nor ask to'
  const command = directoryCommand(group, doors, 'ban <gid> <uid>', about)
  command.action(async (gid: string, uid: string) => {
    await withDirectoryOf(command, doors, ({ bans }) => bans.add(gid, uid))
    report(command, `${uid} is banned from ${gid}`, { gid, uid })
  })
}

function addUnban(group: Command, doors: Doors): void {
  const command = directoryCommand(group, doors, 'unban <gid> <uid>', 'end a ban')
  command.action(async (gid: string, uid: string) => {
    await withDirectoryOf(command, doors, ({ bans }) => bans.remove(gid, uid))
    report(command, `${uid} is no longer banned from ${gid}`, { gid, uid })
  })
}

function addBans(group: Command, doors: Doors): void {
  const command = directoryCommand(group, doors, 'bans <gid>', 'list who is banned from a group')
  command.action((gid: string) =>
    withDirectoryOf(command, doors, ({ bans }) =>
      reportList(command, COLUMNS, (page) => bans.list(gid, page)),
    ),
  )
}
