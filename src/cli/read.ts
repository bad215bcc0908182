import { Command, InvalidArgumentError } from 'commander'
import type { ReadUpTo } from '../core/reach/read-mark.ts'
import type { Doors } from './doors.ts'
import { report } from './report.ts'
import { flagsOf, withSettings } from './setting-options.ts'

interface ReadOptions {
  readonly upTo?: ReadUpTo
  readonly device?: string
}

export function readCommand(doors: Doors): Command {
  const command = new Command('read')
    .description('mark a conversation as read by a user')
    .argument('<uid>', 'the user')
    .argument('<conversation>', 'user/{uid} or group/{gid}')
    .option(
      '--up-to <time|id>',
      "a time, or the app's own id of a message (default: now)",
      readUpTo,
    )
    .option('--device <clientId>', 'where: what it shows needs no clearing')
    .option('--json', 'print JSON')
  withSettings(command, doors)
  return command.action(async (uid: string, conversation: string, options: ReadOptions) => {
    const { upTo, device: deviceId } = options
    const request = { uid, conversation, upTo, deviceId }
    const { readAt, ...mark } = await doors.markRead(flagsOf(command), request)
    const time = new Date(readAt).toISOString()
    const sentence = `${uid} has read ${conversation} up to ${time}`
    report(command, sentence, { ...mark, readAt: time })
  })
}

/** What begins like a time is one. */
function readUpTo(text: string): ReadUpTo {
  if (!/^\d{4}-\d\d-\d\dT/.test(text)) return { kind: 'message', appId: text }
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return { kind: 'time', at }
  throw new InvalidArgumentError('That is no time: write 2026-12-24T18:00:00Z.')
}
