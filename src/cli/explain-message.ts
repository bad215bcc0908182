import { Command } from 'commander'
import type { Doors } from './doors.ts'
import { print } from './print.ts'
import { flagsOf, withSettings } from './setting-options.ts'
import { traceLines } from './trace-lines.ts'

interface MessageOptions {
  readonly uid?: string
  readonly json?: true
}

/** `explain message`. */
export function explainMessageCommand(doors: Doors): Command {
  const command = new Command('message')
    .description('who was notified of a message, how, and who was not and why')
    .argument('<id>', "the broker's id of it, or the app's own")
    .option('--uid <uid>', 'what became of it for this user alone')
    .option('--json', 'print JSON, one message a line')
    .action(async (id: string, { uid, json }: MessageOptions) => {
      const traces = await doors.explainMessage(flagsOf(command), { id, uid })
      for (const [at, trace] of traces.entries()) {
        if (json !== true && at > 0) print(command, '')
        const lines = json === true ? [JSON.stringify(trace)] : traceLines(trace, uid)
        for (const line of lines) print(command, line)
      }
    })
  return withSettings(command, doors)
}
