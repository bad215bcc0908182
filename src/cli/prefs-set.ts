import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Directory } from '../core/directory/directory.ts'
import type { ConversationChange, PreferencesChange } from '../core/directory/preferences.ts'
import type { NotifyLevel } from '../core/reach/reach-facts.ts'
import { directoryCommand, withDirectoryOf } from './directory-command.ts'
import type { Doors } from './doors.ts'
import { readDuration } from './duration.ts'
import { readQuietHours } from './quiet-hours.ts'
import { report } from './report.ts'

const NOTIFY: readonly NotifyLevel[] = ['all', 'mentions', 'none']

interface SetOptions {
  readonly conversation?: string
  readonly notify?: NotifyLevel
  readonly mute?: Date
  readonly unmute?: true
  readonly hidePreview?: 'on' | 'off'
  /** False for `--no-locale`. */
  readonly locale?: string | false
  /** The words of one text, whether the shell has split them or not; false for `--no-quiet`. */
  readonly quiet?: readonly string[] | false
  /** Minutes; false for `--no-digest`. */
  readonly digest?: number | false
}

/** `prefs set`. */
export function addSetCommand(prefs: Command, doors: Doors): void {
  const about = 'say what a user wants to hear of, everywhere or in one conversation'
  const command = directoryCommand(prefs, doors, 'set <uid>', about)
    .option('--conversation <name>', 'in this one alone: user/{uid} or group/{gid}')
    .addOption(new Option('--notify <what>', 'what to notify of').choices(NOTIFY))
    .option('--mute <until>', 'nothing until: 8h, 7d, 2026-12-24T18:00:00Z or forever', readUntil)
    .addOption(new Option('--unmute', 'end a mute').conflicts('mute'))
    .addOption(
      ofTheAccount('--hide-preview <on|off>', 'leave out what was written').choices(ON_OFF),
    )
    .addOption(ofTheAccount('--locale <tag>', 'the language of notifications: en, zh-CN'))
    .addOption(ofTheAccount('--no-locale', "leave the language to the installation's setting"))
    .addOption(
      ofTheAccount('--quiet <hours...>', 'such as: Mon-Fri 22:00-07:00 Europe/Berlin defer'),
    )
    .addOption(ofTheAccount('--no-quiet', 'have no quiet hours'))
    .addOption(
      ofTheAccount('--digest <time>', 'how long mails gather: 10m, 2h, or off').argParser(
        readDigest,
      ),
    )
    .addOption(ofTheAccount('--no-digest', "leave that to the installation's setting"))
  command.action(async (uid: string, options: SetOptions) => {
    const changed = await withDirectoryOf(command, doors, (directory) =>
      change(directory, uid, options),
    )
    const where = options.conversation === undefined ? '' : ` for ${options.conversation}`
    report(command, `set the preferences of ${uid}${where}`, changed)
  })
}

const ON_OFF = ['on', 'off']

/** A conversation has no such setting of its own. */
function ofTheAccount(flags: string, about: string): Option {
  return new Option(flags, about).conflicts('conversation')
}

function change({ notifications }: Directory, uid: string, options: SetOptions): Promise<object> {
  const { conversation } = options
  const setting = settingOf(options)
  return conversation === undefined
    ? notifications.set(uid, { ...setting, ...accountOf(options) })
    : notifications.setConversation(uid, conversation, setting)
}

function settingOf({
  notify,
  mute,
  unmute,
}: SetOptions): ConversationChange & { notify?: NotifyLevel } {
  return {
    ...(notify !== undefined && { notify }),
    ...(mute !== undefined && { mutedUntil: mute }),
    ...(unmute !== undefined && { mutedUntil: null }),
  }
}

function accountOf({ hidePreview, locale, quiet, digest }: SetOptions): PreferencesChange {
  return {
    ...(hidePreview !== undefined && { hidePreview: hidePreview === 'on' }),
    ...(locale !== undefined && { locale: locale === false ? null : locale }),
    ...(quiet !== undefined && {
      quietHours: quiet === false ? null : readQuietHours(quiet.join(' ')),
    }),
    ...(digest !== undefined && { digestMinutes: digest === false ? null : digest }),
  }
}

function readDigest(text: string): number {
  return text === 'off' ? 0 : readDuration(text) / 60_000
}

const FOREVER = new Date('9999-12-31T23:59:59.999Z')

/** `8h` from now, a time, or `forever`. */
function readUntil(text: string): Date {
  if (text === 'forever') return FOREVER
  if (/^\d{4}-/.test(text)) {
    const time = new Date(text)
    if (!Number.isNaN(time.getTime())) return time
    throw new InvalidArgumentError('That is no time: write 2026-12-24T18:00:00Z.')
  }
  return new Date(Date.now() + readDuration(text))
}
