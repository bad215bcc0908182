import { Command, Option } from 'commander'
import { MESSAGE_KINDS } from '../core/reach/chat-message.ts'
import { CHANNELS } from '../core/reach/reach-policy.ts'
import type { Doors, TemplateLanguage, TemplatePreview } from './doors.ts'
import { report } from './report.ts'
import { flagsOf, withSettings } from './setting-options.ts'

export function templateCommand(doors: Doors): Command {
  return new Command('template')
    .description('what people read')
    .addCommand(previewCommand(doors))
    .addCommand(checkCommand(doors))
}

interface PreviewOptions {
  readonly kind?: string
  readonly channel?: string
  readonly locale?: string
}

const KINDS = [...MESSAGE_KINDS, 'digest', 'clear']

function previewCommand(doors: Doors): Command {
  const command = new Command('preview')
    .description('print what is shown of sample notifications')
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(KINDS))
    .addOption(new Option('--channel <channel>', 'only on this channel').choices(CHANNELS))
    .option('--locale <tag>', 'as it is read with this language (default: all that there are)')
    .option('--json', 'print JSON, one sample a line')
  withSettings(command, doors)
  return command.action(({ kind, channel, locale }: PreviewOptions) => {
    const previews = doors.previewTemplates(flagsOf(command), locale)
    const wanted = previews.filter(
      (one) => one.kind === (kind ?? one.kind) && one.channel === (channel ?? one.channel),
    )
    for (const one of wanted) report(command, previewWords(one), { ...one })
  })
}

function previewWords({ kind, sample, channel, locale, text }: TemplatePreview): string {
  const head = `${kind} (${sample}), ${channel}, ${locale}:`
  if (text === undefined) return `${head} nothing is shown`
  const parts = [text.title, text.body, ...(text.html === undefined ? [] : [text.html])]
  return [head, ...parts.map((part) => part.replaceAll(/^(?=.)/gm, '  '))].join('\n')
}

function checkCommand(doors: Doors): Command {
  const command = new Command('check')
    .description('try all templates, and say which languages there are')
    .option('--json', 'print JSON, one language a line')
  withSettings(command, doors)
  return command.action(() => {
    for (const one of doors.checkTemplates(flagsOf(command))) {
      report(command, languageWords(one), { ...one })
    }
  })
}

function languageWords({ language, missing }: TemplateLanguage): string {
  if (missing.length === 0) return `${language}: complete`
  return `${language}: told in another language: ${missing.join(', ')}`
}
