import { Command } from 'commander'
import type { ConversationPreferences, Preferences } from '../core/directory/preferences.ts'
import { directoryCommand, withDirectoryOf } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { addSetCommand } from './prefs-set.ts'
import { print } from './print.ts'
import { writeQuietHours } from './quiet-hours.ts'
import { type Column, report, reportList } from './report.ts'

export function prefsCommand(doors: Doors): Command {
  const prefs = new Command('prefs').description('what users want to be notified of')
  addShow(prefs, doors)
  addSetCommand(prefs, doors)
  addForget(prefs, doors)
  return prefs
}

const COLUMNS: readonly Column<ConversationPreferences>[] = [
  { title: 'CONVERSATION', text: ({ conversation }) => conversation },
  { title: 'NOTIFY', text: ({ notify }) => notify },
  { title: 'MUTED UNTIL', text: ({ mutedUntil }) => mutedUntil?.toISOString() },
]

function addShow(prefs: Command, doors: Doors): void {
  const about = "show a user's preferences, and the conversations with some of their own"
  const command = directoryCommand(prefs, doors, 'show <uid>', about)
  command.action((uid: string) =>
    withDirectoryOf(command, doors, async ({ notifications }) => {
      const account = await notifications.show(uid)
      report(command, inWords(account), account)
      const { items } = await notifications.listConversations(uid, { limit: 1 })
      if (items.length === 0) return
      if (command.getOptionValue('json') !== true) print(command, '')
      await reportList(command, COLUMNS, (page) => notifications.listConversations(uid, page))
    }),
  )
}

function addForget(prefs: Command, doors: Doors): void {
  const about = "leave a conversation to the account's preferences again"
  const command = directoryCommand(prefs, doors, 'forget <uid> <conversation>', about)
  command.action(async (uid: string, conversation: string) => {
    await withDirectoryOf(command, doors, ({ notifications }) =>
      notifications.forgetConversation(uid, conversation),
    )
    report(command, `${conversation} is as everything is to ${uid}`, { uid, conversation })
  })
}

function inWords({
  notify,
  mutedUntil,
  hidePreview,
  locale,
  quietHours,
  digestMinutes,
}: Preferences): string {
  return [
    `notify       ${notify}`,
    `muted until  ${mutedUntil?.toISOString() ?? '-'}`,
    `preview      ${hidePreview ? 'hidden' : 'shown'}`,
    `locale       ${locale ?? 'default'}`,
    `quiet hours  ${quietHours === undefined ? '-' : writeQuietHours(quietHours)}`,
    `digest       ${digestInWords(digestMinutes)}`,
  ].join('\n')
}

function digestInWords(minutes: number | undefined): string {
  if (minutes === undefined) return 'default'
  return minutes === 0 ? 'off' : `${minutes}m`
}
