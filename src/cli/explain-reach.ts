import { Command } from 'commander'
import type { ReachExplanation, ReachQuestion } from '../core/reach/explain-reach.ts'
import type { Doors } from './doors.ts'
import { factLines } from './fact-lines.ts'
import { print } from './print.ts'
import { flagsOf, withSettings } from './setting-options.ts'

interface ReachOptions {
  readonly uid: string
  readonly topic: string
  readonly body: string
  readonly server: boolean
  readonly json?: true
}

/** `explain reach`. */
export function explainReachCommand(doors: Doors): Command {
  const command = new Command('reach')
    .description('whether a user would be notified of a message, if it were published now')
    .requiredOption('--uid <uid>', 'the user')
    .requiredOption('--topic <topic>', 'the topic that it would be published to')
    .option('--body <payload>', 'what would be published: a text, or a JSON object', '')
    .option('--server', "published over the broker's REST API", false)
    .option('--json', 'print JSON')
    .action(async ({ uid, topic, body, server, json }: ReachOptions) => {
      const question: ReachQuestion = { uid, topic, body, isServer: server }
      const explanation = await doors.explainReach(flagsOf(command), question)
      const lines = json === true ? [JSON.stringify(explanation)] : linesOf(explanation)
      for (const line of lines) print(command, line)
    })
  return withSettings(command, doors)
}

function linesOf({ verdict, reason, because, deliveries, facts }: ReachExplanation): string[] {
  const why = reason === undefined ? '' : ` (${reason})`
  return [`${verdict}${why}: ${because}`, ...factLines([...deliveries, ...facts])]
}
