import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import type { RenderedFile } from '../core/ports/provisioning.ts'
import { StartFault } from '../core/start-fault.ts'
import type { Doors } from './doors.ts'
import { readHeraldUrl } from './herald-url.ts'
import { print } from './print.ts'
import { flagsOf, withSettings } from './setting-options.ts'

interface Options {
  readonly version: string
  readonly heraldUrl: string
  readonly autoSubscribe: boolean
  readonly sentCopies: boolean
  readonly out?: string
}

export function renderCommand(doors: Doors): Command {
  const command = new Command('render')
    .description('write the files that set a broker up, commented, without secrets')
    .requiredOption('--version <version>', 'what the broker is: 4.4, 5.3, 5.8, 6.0 or any of 4.3+')
    .option(
      '--herald-url <url>',
      'where the broker reaches Herald',
      readHeraldUrl,
      'http://herald:8080',
    )
    .option('--no-auto-subscribe', 'leave subscriptions to clients and to Herald')
    .option('--sent-copies', 'show what a device sends to the other devices of its user', false)
    .option('--out <folder>', 'write the files there, rather than print them')
  withSettings(command, doors)
  return command.action(({ version, out, ...chosen }: Options) => {
    const files = doors.renderBroker(flagsOf(command), {
      version,
      heraldUrl: chosen.heraldUrl,
      hasAutoSubscribe: chosen.autoSubscribe,
      hasSentCopies: chosen.sentCopies,
    })
    if (out === undefined) printAll(command, files)
    else for (const file of files) print(command, `wrote ${write(out, file)}`)
  })
}

/** As `head` and `tail` part what is of several files. */
function printAll(command: Command, files: readonly RenderedFile[]): void {
  for (const { name, text } of files) print(command, `==> ${name} <==\n${text}`)
}

function write(folder: string, { name, text }: RenderedFile): string {
  const path = join(folder, name)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, text)
    return path
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartFault(`${path} can't be written (${reason}).`, { cause: error })
  }
}
